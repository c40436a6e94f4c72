import { describe, expect, test } from '@jest/globals';
import { backtestSchema, parseDocument } from '../../../api/index.ts';
import { backtestReport, GITHUB_BLOCKS, plainPaint, printMarkdown, recentDays } from '../../../report/index.ts';
import { sampleBacktest, samplePolicy } from './sample-backtest.ts';

const textOf = (backtest = sampleBacktest()) => backtestReport(backtest, { savedAs: undefined }).text(plainPaint);
const flat = (text: string) => text.replace(/\s+/g, ' ');

describe('the report of a backtest', () => {
  test('is a document that its own schema reads', () => {
    const { document } = backtestReport(sampleBacktest(), { savedAs: undefined });
    expect(parseDocument(backtestSchema, JSON.parse(JSON.stringify(document)), 'backtest')).toMatchObject({ ok: true });
  });

  test('begins with what ours would have kept, cost and changed', () => {
    expect(flat(textOf())).toContain(
      'sla would have kept 99.21 % of the requests inside the SLA with 1,520 GPU-hours, 1.52 × those of perfect foresight ' +
        'and 1.27 × the least that as many changes a day allow, by 18 proposals a day.',
    );
  });

  test('says how many judged minutes needed more than anything may ask for, whichever policies there are', () => {
    const says =
      '45 judged minutes needed more than any policy may ask for (40 prefill and 20 decode replicas, 1.25 × what the worst training minute needed), up to 52 prefill and 21 decode: there every policy misses requests.';
    const beyondMost = { minutes: 45, worst: { prefill: 52, decode: 21 } };
    const backtest = sampleBacktest({ beyondMost });
    expect(flat(textOf(backtest))).toContain(says);
    expect(
      flat(textOf({ ...backtest, policies: [samplePolicy('hpa', 'native', { attainment: 0.9, gpuHours: 9 })] })),
    ).toContain(says);
    expect(backtestReport(backtest, { savedAs: undefined }).markdown()).toContain('45 judged minutes needed more than');
    const one = sampleBacktest({ beyondMost: { ...beyondMost, minutes: 1 } });
    expect(flat(textOf(one))).toContain('1 judged minute needed more than');
    for (const none of [undefined, { minutes: 0, worst: null }]) {
      const { beyondMost: _, ...rest } = backtest;
      expect(textOf(none === undefined ? rest : { ...rest, beyondMost: none })).not.toContain('needed more than');
    }
  });

  test('counts one minute that is not judged as one', () => {
    const text = textOf(sampleBacktest({ minutes: { all: 180, missing: 1, implausible: 0 } }));
    expect(flat(text)).toContain('180 minutes of history, of which 1 was not judged: 1 without data');
  });

  test('counts one proposal as one', () => {
    const [first, ...others] = sampleBacktest().policies;
    if (first === undefined) throw new Error('no policy');
    const text = textOf(sampleBacktest({ policies: [{ ...first, proposalsPerDay: 1 }, ...others] }));
    expect(flat(text)).toContain('by 1 proposal a day.');
  });

  test('has a row for every policy, in the terminal as in Markdown', () => {
    const { policies } = sampleBacktest();
    const report = backtestReport(sampleBacktest(), { savedAs: undefined });
    for (const { label } of policies) {
      expect(report.text(plainPaint)).toContain(label);
      expect(report.markdown()).toMatch(new RegExp(`^\\| \\d \\| (\\*\\*)?${label}(\\*\\*)? \\|`, 'm'));
    }
  });

  test('lists those apart that have no lead or change more often', () => {
    const [alike = '', apart = ''] = textOf().split('Listed apart');
    expect(alike).toContain('static at the training peak');
    expect(alike).not.toContain('dynamo-sla');
    expect(apart).toMatch(/dynamo-sla[\s\S]*HPA at 70 %[\s\S]*perfect foresight/);
  });

  test('says so where a policy that is held alike does better than sla', () => {
    const { policies } = sampleBacktest();
    const better = samplePolicy('last-value-1.6', 'git', {
      ...{ label: 'last value × 1.6', attainment: 0.9921, gpuHours: 1360, proposalsPerDay: 18, changesPerDay: 18 },
    });
    const text = flat(textOf(sampleBacktest({ policies: [...policies, better] })));
    expect(text).toContain('at most 24 proposals a day, last value × 1.6 keeps as much for less');
    expect(text).toMatch(/8 last value × 1\.6 .* better than sla/);
    expect(flat(textOf())).not.toContain('better than sla');
  });

  test('says in a line which settings were chosen, and from which day on', () => {
    const day = (date: string, setting: string) => ({ start: `${date}T00:00:00Z`, setting });
    const text = textOf(
      sampleBacktest({
        chosen: [
          {
            ...{ policy: 'sla', label: 'sla, Git only', tried: ['late price 8', 'late price 16'] },
            days: [
              ...[day('2026-11-03', 'late price 8'), day('2026-11-04', 'late price 8')],
              ...[day('2026-11-05', 'late price 16'), day('2026-11-06', 'late price 8')],
            ],
          },
          {
            ...{ policy: 'hpa', label: 'HPA at u', tried: ['60 %', '45 %'] },
            days: [day('2026-11-03', '45 %'), day('2026-11-04', '45 %')],
          },
        ],
      }),
    );
    expect(flat(text)).toContain(
      'Chosen for each judged day, by the days before it alone: sla, Git only: late price 8, ' +
        'late price 16 from 2026-11-05, late price 8 from 2026-11-06 · HPA at u: 45 %.',
    );
    expect(textOf()).not.toContain('Chosen for each judged day');
  });

  test('says so where one with more freedom does', () => {
    const { policies } = sampleBacktest();
    const better = samplePolicy('hpa-30', 'native', {
      label: 'HPA at 30 %',
      attainment: 0.999,
      gpuHours: 1400,
      changesPerDay: 284,
    });
    expect(flat(textOf(sampleBacktest({ policies: [...policies, better] })))).toContain(
      'Better than sla, with more freedom: HPA at 30 % (284 changes a day).',
    );
  });

  test('says of a stretch that is shorter than a day how long it is, and nothing of a day', () => {
    const judged = { start: '2026-11-02T00:00:00Z', end: '2026-11-02T06:00:00Z' };
    const report = backtestReport(sampleBacktest({ judged }), { savedAs: undefined });
    const [text, markdown] = [flat(report.text(plainPaint)), report.markdown()];
    for (const words of [text, markdown]) expect(words).toContain('by 18 proposals in 6 h.');
    expect(text).toContain(' pr ch ');
    expect(markdown).toContain('| Proposals in 6 h | Changes in 6 h |');
    expect(markdown).toContain('| Changes in 6 h | GPU-hours |');
    expect(flat(textOf())).toContain(' pr/d ch/d ');
  });

  test('counts what was not judged, and says where the parameters come from', () => {
    const text = flat(textOf());
    expect(text).toContain(
      '2,880 minutes of history, of which 13 were not judged: 12 without data, 1 that cannot be true',
    );
    const whole = flat(textOf(sampleBacktest({ minutes: { all: 2880, missing: 0, implausible: 0 } })));
    expect(whole).toContain('2,880 minutes of history, all with data; a minute without requests counts as idle.');
    expect(text).toContain('Parameters of sla were chosen on 2026-10-30 to 2026-11-02 alone');
  });

  test('says what a shorter start-up saves, and only where as much is kept', () => {
    expect(textOf()).toContain('Cutting start-up to 3 min saves 12 % of the GPU-hours.');
    const { whatIf } = sampleBacktest();
    if (whatIf === undefined) throw new Error('the sample has no what-if');
    const lead = whatIf.lead.map((trial) => ({ ...trial, attainment: 0.97 }));
    expect(textOf(sampleBacktest({ whatIf: { ...whatIf, lead } }))).not.toContain('Cutting start-up');
  });

  test('rounds no miss away', () => {
    const almost = samplePolicy('sla', 'git', { attainment: 0.99996, gpuHours: 1000 });
    expect(textOf(sampleBacktest({ policies: [almost] }))).toContain('kept > 99.99 % of the requests');
    const enough = samplePolicy('sla', 'git', { attainment: 0.98999, gpuHours: 1000 });
    expect(textOf(sampleBacktest({ policies: [enough] }))).toContain('kept 98.99 %');
  });

  test('says for a proposal what the last days would have been like, with the figures folded', () => {
    const markdown = printMarkdown(recentDays(sampleBacktest()), GITHUB_BLOCKS);
    expect(markdown).toMatch(/^\*\*sla would have kept 99\.21 %/);
    expect(markdown).toContain('<details><summary>Backtest of prod/chat: 2 days to 2026-11-04 00:00 UTC</summary>');
    expect(markdown).toContain('| 3 | static at the training peak | 98.35 % |');
  });
});
