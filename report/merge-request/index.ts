export { FINGERPRINT, proposalBody, proposalMarkdown } from './body.ts';
export { type Autoscaler, isChange, type ProposalSubject, serviceLabel, subjectName } from './subject.ts';
export { diffText, type MergeRequestView, mergeRequestText } from './terminal.ts';
export { proposalTitle } from './title.ts';
