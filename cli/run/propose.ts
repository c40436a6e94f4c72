import {
  backtestSchema,
  type ForgeName,
  fail,
  type LiveStatus,
  type Plan,
  parseJsonDocument,
  type Result,
  statusSchema,
  succeed,
} from '../../api/index.ts';
import { type Proposal, type ProposeResult, propose } from '../../gitops/index.ts';
import type { CommandRunner } from '../command.ts';
import { openForge } from '../forge/open-forge.ts';
import { loadConfig } from '../load-config.ts';
import { loadPlan } from '../load-plan.ts';
import { done, failed } from '../outcome.ts';
import { readDocument, readTextDocument } from '../plan/read-document.ts';
import { proposalLine, proposeReport } from './propose-report.ts';
import { heldIn } from './propose-run.ts';

export { runExplainTarget } from './explain-target.ts';

export interface ProposeCommandInput {
  readonly plan: string;
  readonly dryRun: boolean;
  /** Undefined: the config's. */
  readonly forge: ForgeName | undefined;
  /** `owner/name`; undefined: the one that the remote of the clone names. */
  readonly repository: string | undefined;
  /** Undefined: where the plan says. */
  readonly status?: string | undefined;
  readonly backtest?: string | undefined;
}

/** Brings the merge requests of a forge in line with a plan. */
export const runPropose: CommandRunner<ProposeCommandInput> = async (input, context) => {
  const config = await loadConfig(context.cwd);
  if (!config.ok) return failed(config.error);
  const plan = await loadPlan(context.cwd, input.plan);
  if (!plan.ok) return failed(plan.error);
  const { operatorVersion, pricing, proposals } = config.value.config;
  const status = await statusOfPlan(context.cwd, plan.value, input.status);
  if (!status.ok) return failed(status.error);
  const backtest =
    input.backtest === undefined ? succeed(undefined) : await readDocument(context.cwd, input.backtest, backtestSchema);
  if (!backtest.ok) return failed(backtest.error);
  const opened = await openForge({ name: input.forge ?? proposals.forge, repository: input.repository }, context);
  if (!opened.ok) return failed(opened.error);

  const forge = opened.value;
  const { dryRun } = input;
  const now = context.now();
  const run = { plan: plan.value, forge: forge.name, base: proposals.base, dryRun, at: now };
  const finished: Proposal[] = [];
  const result = await propose({
    plan: plan.value,
    forge,
    base: proposals.base,
    now,
    pricing,
    backtest: backtest.value?.value,
    operator: operatorVersion,
    limits: proposals,
    autoMerge: proposals.autoMerge,
    status: status.value,
    dryRun,
    onProposal: (proposal) => finished.push(proposal),
  });
  if (!result.ok) {
    // What was done before the failure stays done, so it is said.
    for (const proposal of finished) context.log(proposalLine(proposal, dryRun));
    const record = proposeReport(run, { kind: 'proposed', proposals: finished });
    return failed(result.error, finished.length === 0 ? undefined : record);
  }
  return done(proposeReport(run, result.value), exitCode(plan.value, result.value));
};

/**
 * The very status that the plan was made with: what a later one shows is for a later plan to judge. Undefined where it does
 * not lie here any more and nobody says where it does.
 */
async function statusOfPlan(
  cwd: string,
  { inputs }: Plan,
  named: string | undefined,
): Promise<Result<LiveStatus | undefined>> {
  const file = named ?? inputs.status?.file;
  if (file === undefined) return succeed(undefined);
  const read = await readTextDocument(cwd, file);
  const isPlans = read.ok && read.value.input.digest === inputs.status?.digest;
  if (named === undefined && !isPlans) return succeed(undefined);
  if (!read.ok) return read;
  if (isPlans) return parseJsonDocument(statusSchema, read.value.value, file);
  const message = inputs.status === null ? 'the plan was made without a status' : 'is not the status of the plan';
  return fail({ code: 'stale', file, message, hint: 'give it to plan, then propose that plan' });
}

/** 3 where nothing could be proposed: refused, or all of it held. */
function exitCode(plan: Plan, result: ProposeResult): 0 | 3 {
  switch (result.kind) {
    case 'refused':
      return 3;
    case 'proposed':
      if (result.proposals.length === 0) return heldIn(plan).length > 0 ? 3 : 0;
      if (result.proposals.some(({ isRefused }) => isRefused)) return 3;
      return result.proposals.every(({ outcome }) => outcome === 'held') ? 3 : 0;
  }
}
