import { type ForgeName, type Result, SCHEMA_VERSION, succeed } from '../../api/index.ts';
import { BRANCH_PREFIX, type Forge, type Verification, verifyProposal } from '../../gitops/index.ts';
import { paragraph, printMarkdown, type Report, visibleText } from '../../report/index.ts';
import type { CommandRunner } from '../command.ts';
import { openForge } from '../forge/open-forge.ts';
import { loadConfig } from '../load-config.ts';
import { done, failed } from '../outcome.ts';

export interface VerifyCommandInput {
  /** Or the number of the merge request, or the branch on which a merge queue tries it. */
  readonly branch: string;
  /** Undefined: the config's. */
  readonly forge: ForgeName | undefined;
  readonly repository: string | undefined;
}

/** Says whether an open merge request may still be merged; it changes nothing. */
export const runVerify: CommandRunner<VerifyCommandInput> = async (input, context) => {
  const config = await loadConfig(context.cwd);
  if (!config.ok) return failed(config.error);
  const { proposals } = config.value.config;
  const opened = await openForge({ name: input.forge ?? proposals.forge, repository: input.repository }, context);
  if (!opened.ok) return failed(opened.error);
  const forge = opened.value;
  const branch = await branchOf(forge, input.branch);
  if (!branch.ok) return failed(branch.error);
  if (QUEUED.test(input.branch) && !branch.value.startsWith(`${BRANCH_PREFIX}/`)) {
    return done(notOurs(forge, branch.value));
  }
  const verified = await verifyProposal({ forge, base: proposals.base, branch: branch.value, now: context.now() });
  if (!verified.ok) return failed(verified.error);
  return done(verifyReport(forge, verified.value), verified.value.reasons.length > 0 ? 2 : 0);
};

/** A merge queue tries what it merges on a branch of its own, which ends in the number of the pull request and a commit. */
const QUEUED = /^(?:refs\/heads\/)?gh-readonly-queue\/.+\/pr-([1-9]\d*)-[0-9a-f]{40}$/;

async function branchOf(forge: Forge, named: string): Promise<Result<string>> {
  const number = (/^[!#]?([1-9]\d{0,9})$/.exec(named) ?? QUEUED.exec(named))?.[1];
  return number === undefined ? succeed(named) : forge.branchOf(Number(number));
}

/** In a queue, everybody's pull requests are verified. */
function notOurs(forge: Forge, branch: string): Report {
  const line = `"${branch}" is the branch of no proposal, so there is nothing to verify.`;
  return {
    document: {
      ...{ schemaVersion: SCHEMA_VERSION, kind: 'verification', forge: forge.name, number: null, plan: null },
      ...{ branch, commit: null, base: null, isSound: true, reasons: [], note: null },
    },
    text: () => visibleText(line),
    markdown: () => printMarkdown([paragraph(line)]),
  };
}

function verifyReport(forge: Forge, { mergeRequest, reasons, note }: Verification): Report {
  const { number, head, base, planDigest } = mergeRequest;
  const name = `${forge.sign}${number} (${head.branch} → ${base.branch})`;
  const lines = [
    ...(reasons.length === 0
      ? [`${name} may be merged: its plan holds, and branch and base are as they were.`]
      : [`${name} may not be merged:`, ...reasons]),
    ...(note === undefined ? [] : [note]),
  ];
  return {
    document: {
      ...{ schemaVersion: SCHEMA_VERSION, kind: 'verification', forge: forge.name, number, plan: planDigest },
      ...{ branch: head.branch, commit: head.commit, base: base.branch, isSound: reasons.length === 0, reasons },
      note: note ?? null,
    },
    text: () => lines.map((line, index) => (index === 0 ? visibleText(line) : `  ${visibleText(line)}`)).join('\n'),
    markdown: () => printMarkdown(lines.map((line) => paragraph(line))),
  };
}
