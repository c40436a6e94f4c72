import { SCHEMA_VERSION } from '../../api/documents/schema-version.ts';
import type { OutputPlan } from '../../constructs/render/index.ts';
import { code, diffText, paragraph, printMarkdown, type Report, visibleText } from '../../report/index.ts';
import { changeDiff } from './change-diff.ts';

/** What a run of `synth` wrote, or with `--check` would write. */
export async function synthReport(plan: OutputPlan, apps: readonly string[], check: boolean): Promise<Report> {
  const { folder, changes, unchanged } = plan;
  const listed = await Promise.all(
    changes.map(async (change) => ({
      kind: change.kind,
      file: `${folder.shown}/${change.path}`,
      ...(check ? { diff: await changeDiff(change, folder.shown) } : {}),
    })),
  );
  const diffs = listed.flatMap(({ diff }) => (diff === undefined || diff === '' ? [] : [diff]));
  const sentence = summary(plan, apps, check);
  return {
    document: {
      schemaVersion: SCHEMA_VERSION,
      kind: 'synth',
      check,
      folder: folder.shown,
      apps,
      changes: listed,
      unchanged: unchanged.map((path) => `${folder.shown}/${path}`),
    },
    text: (paint) => {
      const files = listed.map(({ kind, file }) => `${kind.padEnd(7)}  ${visibleText(file)}`).join('\n');
      return [files, ...diffs.map((diff) => diffText(diff, paint)), paint.strong(sentence)]
        .filter((part) => part !== '')
        .join('\n\n');
    },
    markdown: () => {
      const rows = listed.map(({ kind, file }) => [[kind], [code(file)]]);
      const table = rows.length === 0 ? [] : [{ kind: 'table', head: ['Change', 'File'], rows } as const];
      return [printMarkdown([paragraph(sentence), ...table]), ...diffs.map(fenced)].join('\n');
    },
  };
}

function summary({ folder, changes, unchanged }: OutputPlan, apps: readonly string[], check: boolean): string {
  const of = `of ${apps.length === 1 ? 'app' : 'apps'} ${apps.join(', ')}`;
  if (changes.length === 0) return `${folder.shown} is up to date: ${count(unchanged.length, 'file')} ${of}.`;
  if (check) {
    const differ = changes.length === 1 ? '1 file differs' : `${changes.length} files differ`;
    return `${folder.shown} is out of date: ${differ} from what the code renders. Run dynamo-gitops synth and commit the result.`;
  }
  const written = changes.filter((change) => change.kind !== 'removed').length;
  const removed = changes.length - written;
  return `${count(written, 'file')} written, ${removed} removed, ${unchanged.length} unchanged in ${folder.shown} (${apps.join(', ')}).`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A diff as code, with a fence longer than any run of backticks in it. */
function fenced(diff: string): string {
  const longest = Math.max(2, ...(diff.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${diff}\n${fence}\n`;
}
