/**
 * Where `propose` can open merge requests: `local` makes a branch and a record of the merge request in the clone, and the
 * job pushes both; whoever follows the branches `dynamo-gitops/*` opens the request at the forge. `github` opens pull
 * requests at GitHub or GitHub Enterprise through its API, and pushes nothing.
 */
export const PLANNER_FORGES = ['local', 'github'] as const;
export type PlannerForge = (typeof PLANNER_FORGES)[number];

/** Records of merge requests of the local forge, which tell a later run what was decided. */
export const RECORD_REFS = 'refs/dynamo-gitops/mr/*:refs/dynamo-gitops/mr/*';

/** Branches that proposals are made on. */
export const PROPOSAL_BRANCHES = 'refs/heads/dynamo-gitops/*:refs/heads/dynamo-gitops/*';
