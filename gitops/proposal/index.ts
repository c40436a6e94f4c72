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
export type { ProposalLimits } from './settle.ts';
export { type Verification, type VerifyInput, verifyProposal } from './verify.ts';
