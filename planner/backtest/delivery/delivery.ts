import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { LeadTime } from './lead-time.ts';
import { RoleReplicas } from './role-replicas.ts';

export interface DeliveryStart {
  /** What serves. */
  readonly serving: ReplicaPair;
  /** What Git says: the numbers, or the floor under a controller. */
  readonly merged: ReplicaPair;
  readonly lead: LeadTime;
}

interface Reviewed {
  readonly landsAt: number;
  readonly pair: ReplicaPair;
}

/**
 * Brings decisions to the cluster: those in Git after review and sync, those of a controller at once, and then start-up.
 * Where both decide, Git sets the floor. Times are seconds from the start.
 */
export class Delivery {
  readonly #lead: LeadTime;
  readonly #prefill: RoleReplicas;
  readonly #decode: RoleReplicas;
  #inReview: readonly Reviewed[] = [];
  #proposed: ReplicaPair;
  #merged: ReplicaPair;
  #scaled: ReplicaPair | undefined;
  #proposals = 0;
  #changes = 0;
  #now = 0;
  #paid: ReplicaPair = { prefill: 0, decode: 0 };

  constructor({ serving, merged, lead }: DeliveryStart) {
    this.#lead = lead;
    this.#proposed = merged;
    this.#merged = merged;
    this.#prefill = new RoleReplicas(serving.prefill, lead.startUpSeconds);
    this.#decode = new RoleReplicas(serving.decode, lead.startUpSeconds);
  }

  /** What was proposed last, whether it is merged or not. */
  get proposed(): ReplicaPair {
    return this.#proposed;
  }

  get serving(): ReplicaPair {
    return { prefill: this.#prefill.serving, decode: this.#decode.serving };
  }

  get ordered(): ReplicaPair {
    return { prefill: this.#prefill.ordered, decode: this.#decode.ordered };
  }

  /** Merge requests so far; a change of both roles is one. */
  get proposals(): number {
    return this.#proposals;
  }

  /** Changes of what the cluster is asked for, whoever made them. */
  get changes(): number {
    return this.#changes;
  }

  /** Replica-seconds that are paid for so far: of what serves and of what is starting. */
  get paidSeconds(): ReplicaPair {
    return this.#paid;
  }

  /** Opens a merge request, unless it would change nothing. */
  propose(pair: ReplicaPair): void {
    if (isSame(pair, this.#proposed)) return;
    this.#proposed = pair;
    this.#proposals += 1;
    this.#inReview = [...this.#inReview, { landsAt: this.#now + this.#lead.reviewSeconds, pair }];
    this.#land();
  }

  /** What a controller in the cluster asks for. */
  scale(pair: ReplicaPair): void {
    this.#scaled = pair;
    this.#order();
  }

  /**
   * Lets time pass, and with it happen what is due. What served when it began serves until it ends, even if it was taken
   * away in between, and is paid for.
   */
  advance(seconds: number): void {
    const to = this.#now + seconds;
    const held = this.serving;
    for (let next = this.#nextAt; next <= to; next = this.#nextAt) {
      this.#pay(next, held);
      this.#land();
      this.#prefill.settle(next);
      this.#decode.settle(next);
    }
    this.#pay(to, held);
  }

  /** When anything happens next without a decision; infinite where nothing does. */
  get #nextAt(): number {
    const landsAt = this.#inReview[0]?.landsAt ?? Number.POSITIVE_INFINITY;
    return Math.min(landsAt, this.#prefill.nextReadyAt, this.#decode.nextReadyAt);
  }

  #pay(to: number, held: ReplicaPair): void {
    const paid = higher(held, this.ordered);
    const seconds = to - this.#now;
    this.#paid = {
      prefill: this.#paid.prefill + seconds * paid.prefill,
      decode: this.#paid.decode + seconds * paid.decode,
    };
    this.#now = to;
  }

  #land(): void {
    for (let next = this.#inReview[0]; next !== undefined && next.landsAt <= this.#now; next = this.#inReview[0]) {
      this.#inReview = this.#inReview.slice(1);
      this.#merged = next.pair;
      this.#order();
    }
  }

  #order(): void {
    const { prefill, decode } = higher(this.#merged, this.#scaled);
    const before = this.ordered;
    this.#prefill.order(this.#now, prefill);
    this.#decode.order(this.#now, decode);
    if (!isSame(before, { prefill, decode })) this.#changes += 1;
  }
}

function higher(floor: ReplicaPair, wanted: ReplicaPair | undefined): ReplicaPair {
  if (wanted === undefined) return floor;
  return { prefill: Math.max(floor.prefill, wanted.prefill), decode: Math.max(floor.decode, wanted.decode) };
}

function isSame(one: ReplicaPair, other: ReplicaPair): boolean {
  return one.prefill === other.prefill && one.decode === other.decode;
}
