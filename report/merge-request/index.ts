export { FINGERPRINT, proposalBody, proposalMarkdown } from './body.ts';
export { CUTS } from './extent.ts';
export { OUTCOME_MARKER, outcomeComment, type ProposalNews } from './outcome-comment.ts';
export { type ProposalData, readProposalData } from './read-proposal-data.ts';
export { type Autoscaler, type ProposalSubject, serviceLabel, subjectName } from './subject.ts';
export { diffText, type MergeRequestView, mergeRequestText } from './terminal.ts';
export { proposalTitle } from './title.ts';
