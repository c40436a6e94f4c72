/** How long a decision takes until it serves. */
export interface LeadTime {
  /** From the decision until Git is synced: review and sync. It delays rises and falls alike. */
  readonly reviewSeconds: number;
  /** From the order of a replica until it takes work; it is paid for, and a fall has none. */
  readonly startUpSeconds: number;
}

/** A lead of which nobody says what its parts are: half of it is start-up. */
export function evenLead(leadSeconds: number): LeadTime {
  const startUpSeconds = Math.round(leadSeconds / 2);
  return { reviewSeconds: leadSeconds - startUpSeconds, startUpSeconds };
}
