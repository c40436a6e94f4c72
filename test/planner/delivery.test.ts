import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Delivery } from '../../planner/backtest/delivery/index.ts';

const LEAD = { reviewSeconds: 300, startUpSeconds: 120 };
const pair = (prefill: number, decode: number) => ({ prefill, decode });
const graph = (merged = pair(2, 4)) => new Delivery({ serving: pair(2, 4), merged, lead: LEAD });

describe('a decision in Git', () => {
  test('orders replicas after review, and they serve after start-up', () => {
    const delivery = graph();
    delivery.propose(pair(3, 4));
    delivery.advance(299);
    expect(delivery.ordered).toEqual(pair(2, 4));
    delivery.advance(1);
    expect(delivery.ordered).toEqual(pair(3, 4));
    expect(delivery.serving).toEqual(pair(2, 4));
    delivery.advance(119);
    expect(delivery.serving).toEqual(pair(2, 4));
    delivery.advance(1);
    expect(delivery.serving).toEqual(pair(3, 4));
  });

  test('takes replicas away after review alone', () => {
    const delivery = graph();
    delivery.propose(pair(2, 1));
    delivery.advance(300);
    expect(delivery.serving).toEqual(pair(2, 1));
  });

  test('is one proposal for both roles, and none where it changes nothing', () => {
    const delivery = graph();
    delivery.propose(pair(2, 4));
    delivery.propose(pair(3, 5));
    delivery.propose(pair(3, 5));
    expect(delivery.proposals).toBe(1);
    delivery.advance(600);
    expect(delivery.changes).toBe(1);
  });

  test('follows the one before it, however soon', () => {
    const delivery = graph();
    delivery.propose(pair(4, 4));
    delivery.advance(60);
    delivery.propose(pair(1, 4));
    delivery.advance(240);
    expect(delivery.ordered).toEqual(pair(4, 4));
    delivery.advance(60);
    // What is starting goes first: the two that were added, and then one that served.
    expect([delivery.ordered, delivery.serving]).toEqual([pair(1, 4), pair(1, 4)]);
    delivery.advance(600);
    expect(delivery.serving).toEqual(pair(1, 4));
  });
});

describe('what is paid for', () => {
  test('begins with the order', () => {
    const delivery = graph();
    delivery.propose(pair(3, 4));
    delivery.advance(420);
    // 300 s of two, 120 s of three.
    expect(delivery.paidSeconds).toEqual(pair(300 * 2 + 120 * 3, 420 * 4));
  });

  test('has in it what serves until the stretch ends in which it was taken away', () => {
    const delivery = graph();
    delivery.propose(pair(1, 4));
    delivery.advance(360);
    expect(delivery.paidSeconds.prefill).toBe(720);
    delivery.advance(60);
    expect(delivery.paidSeconds.prefill).toBe(780);
  });

  test('is never less than what serves, and no replica serves before its start-up', () => {
    const step = fc.record({
      wait: fc.integer({ min: 1, max: 400 }),
      prefill: fc.integer({ min: 1, max: 9 }),
      isNative: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const delivery = new Delivery({ serving: pair(1, 1), merged: pair(1, 1), lead: LEAD });
        let served = 0;
        for (const { wait, prefill, isNative } of steps) {
          if (isNative) delivery.scale(pair(prefill, 1));
          else delivery.propose(pair(prefill, 1));
          served += delivery.serving.prefill * wait;
          delivery.advance(wait);
          expect(delivery.serving.prefill).toBeLessThanOrEqual(delivery.ordered.prefill);
          expect(delivery.paidSeconds.prefill).toBeGreaterThanOrEqual(served);
        }
        const before = delivery.ordered;
        delivery.advance(LEAD.reviewSeconds + LEAD.startUpSeconds);
        delivery.advance(LEAD.startUpSeconds);
        expect(delivery.serving).toEqual(delivery.ordered);
        expect(before.prefill).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe('a controller in the cluster', () => {
  test('has no review, and waits for start-up', () => {
    const delivery = graph(pair(1, 1));
    delivery.scale(pair(5, 4));
    expect(delivery.ordered).toEqual(pair(5, 4));
    delivery.advance(120);
    expect(delivery.serving).toEqual(pair(5, 4));
    expect(delivery.proposals).toBe(0);
  });

  test('never goes below the floor that Git sets, and back to its own wish when that falls', () => {
    const delivery = graph(pair(1, 1));
    delivery.scale(pair(2, 2));
    delivery.propose(pair(4, 1));
    delivery.advance(300);
    expect(delivery.ordered).toEqual(pair(4, 2));
    delivery.scale(pair(3, 3));
    expect(delivery.ordered).toEqual(pair(4, 3));
    delivery.propose(pair(1, 1));
    delivery.advance(300);
    expect(delivery.ordered).toEqual(pair(3, 3));
  });
});
