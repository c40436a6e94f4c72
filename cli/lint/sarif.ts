import { digestOf } from '../../api/index.ts';
import { type LocatedFinding, type RuleInfo, ruleInfos, type Severity } from '../../lint/index.ts';
import { VERSION } from '../version.ts';
import type { LintResult } from './lint-report.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const LEVELS: { readonly [severity in Severity]: 'error' | 'warning' | 'note' } = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/**
 * Findings as SARIF 2.1.0 (OASIS), with the rules that found them.
 * @param folder the folder that files are named from, below the repository's root: code scanning names them from there.
 */
export function sarifLog({ findings, suppressed }: LintResult, folder: string): object {
  const found = [
    ...findings.map((finding) => ({ finding, reason: undefined })),
    ...suppressed.map(({ finding, reason }) => ({ finding, reason })),
  ];
  const rules = [...new Set(found.map(({ finding }) => finding.rule))].sort();
  const infos = ruleInfos();
  const seen = new Map<string, number>();
  const results = found.map(({ finding, reason }) => ({
    ruleId: finding.rule,
    ruleIndex: rules.indexOf(finding.rule),
    level: LEVELS[finding.severity],
    message: { text: withoutLinks(`${sentence(finding.message)} Help: ${sentence(finding.help)}`) },
    locations: [location(finding, folder)],
    partialFingerprints: { 'findingHash/v1': fingerprint(finding, seen) },
    ...(reason === undefined ? {} : { suppressions: [{ kind: 'inSource', justification: reason }] }),
  }));
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'dynamo-gitops',
            version: VERSION,
            semanticVersion: VERSION,
            rules: rules.map((id) => ruleDescriptor(id, infos.get(id))),
          },
        },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
}

function ruleDescriptor(id: string, info: RuleInfo | undefined): object {
  const title = sentence(info?.title ?? id);
  const help = `${title} ${whoRefuses(info)} To take a finding: "# dynamo-gitops-ignore ${id}: <reason>" on its line or the one before.`;
  return {
    id,
    shortDescription: { text: title },
    help: { text: help, markdown: help.replace(/"(# [^"]*)"/, '`$1`') },
    properties: { tags: ['kubernetes', 'nvidia-dynamo', ...(info?.stage === undefined ? [] : [info.stage])] },
  };
}

function whoRefuses(info: RuleInfo | undefined): string {
  const short = (version: string) => version.replace(/\.0$/, '');
  const bounds = [
    ...(info?.since === undefined ? [] : [`from operator ${short(info.since)}`]),
    ...(info?.until === undefined ? [] : [`until operator ${short(info.until)}`]),
  ].join(', ');
  const holds = bounds === '' ? '' : ` Holds ${bounds}.`;
  switch (info?.stage) {
    case 'schema':
      return `The API server checks it.${holds}`;
    case 'webhook':
      return `The operator's webhook checks it.${holds}`;
    case 'reconcile':
      return `Nobody refuses it; the operator ignores it or fails on it later.${holds}`;
    case undefined:
      return 'It is about files, or about objects beside each other.';
    case 'gitops':
      return `Nobody refuses it; it goes wrong in what delivers it from Git.${holds}`;
  }
}

function location({ file, line, column, length, excerpt, path, resource }: LocatedFinding, folder: string): object {
  const region =
    line === undefined || column === undefined
      ? { startLine: 1 }
      : {
          startLine: line,
          startColumn: column,
          endColumn: column + length,
          ...(excerpt === undefined || excerpt.length > MAX_SNIPPET ? {} : { snippet: { text: excerpt } }),
        };
  const logical = [...(resource === '' ? [] : [resource]), ...(path === '' ? [] : [path])].join(': ');
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(folder + file), uriBaseId: '%SRCROOT%' }, region },
    ...(logical === '' ? {} : { logicalLocations: [{ fullyQualifiedName: logical }] }),
  };
}

const MAX_SNIPPET = 1000;

function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponentWell).join('/');
}

/** A lone surrogate, as in a name that is not UTF-8, has no encoding. */
function encodeURIComponentWell(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}

/** The same as long as rule, object and field are, whatever lines come and go above. */
function fingerprint({ rule, file, resource, path }: LocatedFinding, seen: Map<string, number>): string {
  const key = JSON.stringify([rule, file, resource, path]);
  const count = (seen.get(key) ?? 0) + 1;
  seen.set(key, count);
  return digestOf(`${key}:${count}`).replace('sha256:', '').slice(0, 32);
}

/** Viewers make links of `[text](address)` in a message (SARIF 2.1.0, §3.11.6), and names come from anybody. */
function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}
