import fc from 'fast-check';

/** Text that tries to be more than text, on one forge or another. */
export const HOSTILE = [
  '@org/team <img src=x onerror=alert(1)> #12 |',
  '![x](http://evil.example/p.png) [y](javascript:alert(1))',
  '| a | b |\n|---|---|\n| c |',
  'a\\|b | `|` \\',
  '```\nnot code\n```',
  '```mermaid\ngraph TD; A-->B\n```',
  '`` ` `` <!-- x --> -->',
  '--!> --> ) [//]: # (x)',
  '</details></summary><script>alert(1)</script>',
  'https://evil.example www.evil.example ftp://evil.example foo@bar.example mailto:a@b.example',
  'fixes #1, closes GH-2, resolves org/repo#3, org/repo@0123456789abcdef, JIRA-123, GL-4',
  'deadbeef1 0123456789abcdef0123456789abcdef01234567 is a commit',
  ':tada: :+1: :100: &1 $2 ^alert#3 [vulnerability:4] *iteration:5',
  '\u202egnp.exe\u2066 \u200b@\u200bteam \ufeff',
  '**bold** _it_ ~~gone~~ $x^2$ &lt;b&gt; &#64;team &amp;',
  '# heading\n- list\n1. list\n> quote\n---\n===\n    code',
  '/close\n/assign me\n/merge\n!12 ~label %milestone',
  '%%{init: {"theme": "dark"}}%% "quoted" x-axis [1] ; bar [NaN]',
  '[ref]: http://evil.example\n[^1]: note',
  'line\u2028separator\u2029paragraph\u0000nul\u001b[31mred',
  '<https://evil.example> <a@b.example> <b',
  '\ud800 lone \udc00',
] as const;

const PARTS = [
  ...['`', '``', '|', '\\', '@', '#', '<', '>', '[', ']', '(', ')', '!', '*', '_', '~', '&', '$', '\n', ' ', '-', '='],
  ...[
    'a',
    '1',
    'b>',
    'http://',
    'www.',
    'GH-',
    '&amp;',
    '<!--',
    '-->',
    '<br>',
    ':',
    '/',
    '.',
    'x@y.z',
    '\r',
    '\t',
    '+',
  ],
  ...['abcdef0', '"', '%%', ';', '^', 'JIRA-', ':x:'],
] as const;

export const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.array(fc.constantFrom(...PARTS), { maxLength: 14 }).map((parts) => parts.join('')),
);

/** What a forge notifies somebody of or links, in prose, in code and in HTML. */
export const REFERENCE = /[@#](?=[\p{L}\p{N}_])|GH-\d|:\/\/|www\.|(mailto|xmpp):/iu;

/** And what it links or draws in prose alone. */
export const PROSE_REFERENCE = /\b[0-9a-f]{7,40}\b|\b[A-Z][A-Z0-9_]+-\d|:(\+1|100|[a-z][\w+-]*):|[&$^]\w/u;
