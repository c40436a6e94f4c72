import { describe, expect, test } from '@jest/globals';
import {
  configSchema,
  formatProblem,
  historySchema,
  parseDocument,
  parseJsonDocument,
  planSchema,
  statusSchema,
} from '../../api/index.ts';

type Schema = Parameters<typeof parseDocument>[0];

const wrong = (schema: Schema, value: unknown): readonly string[] => {
  const parsed = parseDocument(schema, value, 'f');
  return parsed.ok ? [] : parsed.error.map(formatProblem);
};
const config = (change: object): readonly string[] => wrong(configSchema, { schemaVersion: 1, ...change });
const deployment = (strategy: unknown) => ({ deployments: [{ name: 'chat', strategy }] });

const KINDS = '"sla", "dynamo-sla", "dynamo-load", "target", "advisory", "schedule", "fixed"';

describe('what is wrong with a document is said in plain words', () => {
  test.each([
    [
      'a number where text is meant',
      { operatorVersion: 1.4 },
      'operatorVersion: must be text, not a number; quote it: "1.4"',
    ],
    [
      'a number in quotes',
      { budgets: [{ name: 'all', gpus: '8' }] },
      'budgets[0].gpus: must be a number, not text; write it without quotes',
    ],
    [
      'a fraction of a GPU',
      { budgets: [{ name: 'all', gpus: 1.5 }] },
      'budgets[0].gpus: must be a whole number, not 1.5',
    ],
    [
      'a number that is too small',
      { budgets: [{ name: 'all', gpus: -1 }] },
      'budgets[0].gpus: must be at least 0, not -1',
    ],
    [
      'no number above zero',
      { pricing: { currency: 'USD', perGpuHour: 2, source: '' } },
      'pricing.source: must not be empty',
    ],
    ['a field that is not there', { budgets: [{ name: 'all' }] }, 'budgets[0].gpus: is missing'],
    ['a field that holds nothing', { metrics: null }, 'metrics: must be a map of fields, not empty'],
    ['a map for a list', { budgets: {} }, 'budgets: must be a list, not a map of fields'],
    ['an empty list', { manifests: [] }, 'manifests: must not be an empty list'],
    ['a field that nobody knows', { metric: {} }, 'unknown field "metric"'],
    [
      'an unknown kind',
      deployment({ kind: 'magic' }),
      `deployments[0].strategy.kind: must be one of ${KINDS}, not "magic"`,
    ],
    ['no kind', deployment({}), `deployments[0].strategy.kind: is missing; it must be one of ${KINDS}`],
    [
      'a word that is none of several',
      deployment({ kind: 'dynamo-sla', profile: 'p.json', predictor: 'arima' }),
      'deployments[0].strategy.predictor: must be one of "constant", "kalman", not "arima"',
    ],
    [
      'no number where one is needed',
      deployment({ kind: 'dynamo-sla', profile: 'p.json', log1p: 'yes' }),
      'deployments[0].strategy.log1p: must be true or false, not text',
    ],
  ])('%s', (_, change, line) => {
    expect(config(change)).toEqual([`f: ${line}`]);
  });

  test('a schema that has words of its own keeps them', () => {
    expect(config({ operatorVersion: '9.9' })).toEqual([expect.stringMatching(/must be one of 0\.9\.0, 1\.0\.0/)]);
  });

  test('of a document of another kind nothing else is said', () => {
    expect(wrong(planSchema, { kind: 'recording' })).toEqual(['f: kind: must be "plan", not "recording"']);
    expect(wrong(planSchema, {})).toEqual(['f: kind: is missing; it must be "plan"']);
  });

  test('times and commits say what they look like', () => {
    const change = { deployment: 'chat', namespace: 'llm', environment: 'prod', service: 'decode', from: 1, to: 2 };
    const changes = [{ ...change, at: 'yesterday', commit: 'abc' }];
    expect(wrong(historySchema, { schemaVersion: 1, kind: 'history', changes })).toEqual([
      'f: changes[0].at: must be a time in UTC, such as "2026-11-02T09:30:00Z"',
      'f: changes[0].commit: must be the full id of a commit',
    ]);
  });

  test.each([
    ['another document', { kind: 'recording' }],
    ['one object', { kind: 'DynamoGraphDeployment', apiVersion: 'nvidia.com/v1alpha1', metadata: { name: 'chat' } }],
    ['a bare list', []],
  ])('a status that is %s is no list of kubectl', (_, value) => {
    expect(wrong(statusSchema, value)).toEqual([
      expect.stringMatching(/^f: is not a list of objects as kubectl get -o json prints; /),
    ]);
  });

  test('a status that shows one graph twice says where', () => {
    const live = (name: string) => ({
      ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeployment' },
      metadata: { name, namespace: 'llm' },
    });
    expect(wrong(statusSchema, { kind: 'List', items: [live('chat'), live('search')] })).toEqual([]);
    expect(wrong(statusSchema, { kind: 'List', items: [live('chat'), live('search'), live('chat')] })).toEqual([
      'f: items[2]: shows DynamoGraphDeployment llm/chat again, which items[0] is already; nobody can tell which of them is live: take the status of one cluster, once',
    ]);
  });

  test('an object of the status that has no name is found', () => {
    expect(wrong(statusSchema, { kind: 'List', items: [{ apiVersion: 'v1', kind: 'Pod', metadata: {} }] })).toEqual([
      'f: items[0].metadata.name: is missing',
      'f: items[0].metadata.namespace: is missing',
    ]);
  });

  test.each(['', ' \n\t'])('an empty file (%j) is empty, not broken', (text) => {
    const parsed = parseJsonDocument(statusSchema, text, 'status.json');
    expect(parsed.ok ? [] : parsed.error.map(formatProblem)).toEqual([
      'status.json: is empty: there is no JSON document in it',
    ]);
  });
});
