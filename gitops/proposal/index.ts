export { BRANCH_PREFIX, proposalBranch } from './branch.ts';
export type { Draft } from './draft.ts';
export {
  PROPOSER,
  type Proposal,
  type ProposalOutcome,
  type ProposeInput,
  type ProposeResult,
  propose,
} from './propose.ts';
