import type { ForgeName, Plan } from '../../api/index.ts';
import { type Proposal, type ProposeResult, propose } from '../../gitops/index.ts';
import type { CommandRunner } from '../command.ts';
import { openForge } from '../forge/open-forge.ts';
import { loadConfig } from '../load-config.ts';
import { loadPlan } from '../load-plan.ts';
import { done, failed } from '../outcome.ts';
import { heldIn, proposalLine, proposeReport } from './propose-report.ts';

export { runExplainTarget } from './explain-target.ts';

export interface ProposeCommandInput {
  readonly plan: string;
  readonly dryRun: boolean;
  /** Undefined: the config's. */
  readonly forge: ForgeName | undefined;
  /** `owner/name`; undefined: the one that the remote of the clone names. */
  readonly repository: string | undefined;
}

/** Brings the merge requests of a forge in line with a plan. */
export const runPropose: CommandRunner<ProposeCommandInput> = async (input, context) => {
  const config = await loadConfig(context.cwd);
  if (!config.ok) return failed(config.error);
  const plan = await loadPlan(context.cwd, input.plan);
  if (!plan.ok) return failed(plan.error);
  const { operatorVersion, pricing, proposals } = config.value.config;
  const opened = await openForge({ name: input.forge ?? proposals.forge, repository: input.repository }, context);
  if (!opened.ok) return failed(opened.error);

  const forge = opened.value;
  const { dryRun } = input;
  const finished: Proposal[] = [];
  const result = await propose({
    plan: plan.value,
    forge,
    base: proposals.base,
    now: context.now(),
    pricing,
    operator: operatorVersion,
    dryRun,
    onProposal: (proposal) => finished.push(proposal),
  });
  if (!result.ok) {
    // What was done before the failure stays done, so it is said.
    for (const proposal of finished) context.log(proposalLine(proposal, dryRun));
    return failed(result.error);
  }
  const run = { plan: plan.value, forge: forge.name, base: proposals.base, dryRun };
  return done(proposeReport(run, result.value), exitCode(plan.value, result.value));
};

/** 3 where nothing could be proposed: refused, or all of it held. */
function exitCode(plan: Plan, result: ProposeResult): 0 | 3 {
  switch (result.kind) {
    case 'refused':
      return 3;
    case 'proposed':
      if (result.proposals.length === 0) return heldIn(plan).length > 0 ? 3 : 0;
      return result.proposals.some((proposal) => proposal.outcome === 'refused') ? 3 : 0;
  }
}
