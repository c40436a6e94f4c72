import type { JsonObject } from '../../api/index.ts';
import { visibleText } from './visible-text.ts';

/** Splits what a forge would turn into a reference, and shows nothing. */
const ZERO_WIDTH_SPACE = '\u200b';

/**
 * Outside text as Markdown that shows exactly that text: no emphasis, HTML, link, image, table cell, entity or formula
 * comes of it, and nothing that a forge notifies about: mentions, issue and merge request references, addresses.
 */
export function escapeText(text: string): string {
  return withoutLinks(visibleText(text)).replace(/[\\`*_[\]<>|~&$]/g, '\\$&');
}

/** Escaped text where a line begins: also no heading, list, quote, rule, or GitLab quick action. */
export function escapeLineStart(markdown: string): string {
  return markdown.replace(/^(\s*)([-+=:/#])/, '$1\\$2').replace(/^(\s*\d{1,9})([.)])/, '$1\\$2');
}

/**
 * Outside text as a code span, with a fence longer than any run of backticks in it. Forges still look for references
 * there when they send mail. A pipe cannot stand in a code span of a table in every parser, so that text stays prose.
 */
export function codeSpan(text: string): string {
  const visible = withoutReferences(visibleText(text));
  if (visible.trim() === '') return '';
  if (visible.includes('|')) return escapeText(text);
  const longest = Math.max(0, ...(visible.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = /^[` ]|[` ]$/.test(visible) ? ' ' : '';
  return `${fence}${padding}${visible}${padding}${fence}`;
}

/** Outside text between HTML tags that begin a block, where Markdown's own escapes do nothing. */
export function escapeHtml(text: string): string {
  return withoutLinks(visibleText(text)).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A value inside a comment, of HTML or of Markdown: nothing in it can end the comment. */
export function commentValue(text: string): string {
  return visibleText(text).replace(/[<>()@#\\\s]/g, '_');
}

/** JSON inside a comment, of HTML or of Markdown; still JSON, of the same value. */
export function commentJson(value: JsonObject): string {
  return JSON.stringify(value)
    .replace(/[^ -~]|[<>()&@#!`]/gu, (character) => character.split('').map(jsonEscape).join(''))
    .replaceAll('--', `-${jsonEscape('-')}`)
    .replaceAll('//', `/${jsonEscape('/')}`);
}

function jsonEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Beside references what forges link or draw in prose and in HTML, and not in code: commits, emoji, issues of trackers. */
function withoutLinks(text: string): string {
  return withoutReferences(text)
    .replace(/\b[0-9a-f]{7,}\b/gi, (commit) => commit.replace(/.{6}(?=.)/g, `$&${ZERO_WIDTH_SPACE}`))
    .replace(/:(?=(?:[+-]1|100|1234|8ball|[123]\w\w_place_medal|[a-z][\w+-]*):)/g, `:${ZERO_WIDTH_SPACE}`)
    .replace(/\b([A-Z][A-Z0-9_]+)-(?=\d)/g, `$1-${ZERO_WIDTH_SPACE}`)
    .replace(/[&$^](?=[\w"'])/g, `$&${ZERO_WIDTH_SPACE}`);
}

function withoutReferences(text: string): string {
  return text
    .replaceAll('@', `@${ZERO_WIDTH_SPACE}`)
    .replace(/[#!~%](?=[\p{L}\p{N}_"'-])/gu, `$&${ZERO_WIDTH_SPACE}`)
    .replace(/(GH)-(?=\d)/gi, `$1-${ZERO_WIDTH_SPACE}`)
    .replace(/:(?=\/\/)/g, `:${ZERO_WIDTH_SPACE}`)
    .replace(/(www)\./gi, `$1${ZERO_WIDTH_SPACE}.`)
    .replace(/(mailto|xmpp):/gi, `$1${ZERO_WIDTH_SPACE}:`);
}
