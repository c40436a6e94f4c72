import { describe, expect, test } from '@jest/globals';
import type { LiveStatus } from '../../api/index.ts';
import { liveEvidence, liveReadyReplicas } from '../../planner/index.ts';

describe('live status', () => {
  const graph = { name: 'chat', namespace: 'llm' };
  const own = { kind: 'graph' as const };
  const decode = { service: 'decode', replicas: 2, owner: own };
  const ready = { replicas: 2, updatedReplicas: 2, readyReplicas: 2 };

  interface Sketch {
    readonly spec?: object | undefined;
    readonly status?: object | undefined;
    readonly generation?: number;
    readonly others?: LiveStatus['items'];
  }
  const live = ({ spec, status, generation, others = [] }: Sketch = {}): LiveStatus => ({
    kind: 'List',
    items: [
      ...others,
      {
        ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeployment' },
        metadata: { ...graph, ...(generation === undefined ? {} : { generation }) },
        spec: spec ?? { services: { decode: { replicas: 2 } } },
        status: status ?? { state: 'successful', services: { decode: ready } },
      },
    ],
  });
  const reporting = (report: object, more: object = {}) => live({ status: { services: { decode: report }, ...more } });

  test('a service that runs what Git says is settled, in either version', () => {
    const beta = live({
      spec: { components: [{ name: 'decode', replicas: 2 }] },
      status: { components: { decode: ready } },
    });
    const items = beta.items.map((item) => ({ ...item, apiVersion: 'nvidia.com/v1beta1' }));
    expect(liveEvidence(live(), graph, decode)).toEqual({ kind: 'settled' });
    expect(liveEvidence({ ...beta, items }, graph, decode)).toEqual({ kind: 'settled' });
  });

  test('what runs a pod decides whether ready or available replicas are reported', () => {
    const available = reporting({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 });
    expect(liveEvidence(available, graph, decode)).toEqual({ kind: 'settled' });
    expect(liveReadyReplicas(available, graph, 'decode')).toBe(2);
    expect(liveReadyReplicas(live(), graph, 'decode')).toBe(2);
    expect(liveReadyReplicas(live(), graph, 'prefill')).toBeUndefined();
    expect(liveReadyReplicas(undefined, graph, 'decode')).toBeUndefined();
  });

  test('no status at all is told apart from a status that shows nothing', () => {
    expect(liveEvidence(undefined, graph, decode)).toEqual({ kind: 'not-given' });
  });

  const condition = (change: object) => ({ conditions: [{ type: 'Ready', status: 'True', ...change }] });
  test.each<[string, LiveStatus, string, string]>([
    ['another graph', { kind: 'List', items: [] }, 'no-status', 'the status shows no graph llm/chat'],
    [
      'a graph that was never reconciled',
      live({ status: {} }),
      'no-status',
      'the status of llm/chat does not report decode',
    ],
    [
      'only other services',
      live({ status: { services: { prefill: ready } } }),
      'no-status',
      'the status of llm/chat does not report decode',
    ],
    [
      'a spec without the service',
      live({ spec: { services: { prefill: { replicas: 2 } } } }),
      'no-status',
      'the status of llm/chat does not show the replicas that decode asks for',
    ],
    [
      'more replicas than Git has',
      live({ spec: { services: { decode: { replicas: 6 } } } }),
      'drift',
      'decode has 6 live and 2 in Git',
    ],
    [
      'one replica of two that is ready',
      reporting({ ...ready, readyReplicas: 1 }),
      'not-ready',
      'decode has 1 of 2 replicas ready',
    ],
    [
      'one replica of two that is updated',
      reporting({ ...ready, updatedReplicas: 1 }),
      'not-ready',
      'decode has 1 of 2 replicas updated',
    ],
    [
      'a replica that is still there',
      reporting({ ...ready, replicas: 3 }),
      'not-ready',
      'decode has 3 of 2 replicas running',
    ],
    [
      'nothing about readiness',
      reporting({ replicas: 2, updatedReplicas: 2 }),
      'not-ready',
      'the status does not say how many replicas of decode are ready',
    ],
    [
      'an older generation',
      live({ generation: 3, status: { observedGeneration: 2, services: { decode: ready } } }),
      'not-ready',
      'the operator has seen generation 2 of llm/chat, and 3 is there',
    ],
    [
      'an older generation in its condition alone',
      live({ generation: 3, status: { services: { decode: ready }, ...condition({ observedGeneration: 2 }) } }),
      'not-ready',
      'the operator has seen generation 2 of llm/chat, and 3 is there',
    ],
    ['a failed graph', reporting(ready, { state: 'failed' }), 'not-ready', 'llm/chat is failed'],
    ['a pending graph', reporting(ready, { state: 'pending' }), 'not-ready', 'llm/chat is pending'],
    ['a graph without a state yet', reporting(ready, { state: '' }), 'not-ready', 'llm/chat is not reconciled'],
    [
      'a graph that is not ready',
      reporting(ready, condition({ status: 'False', reason: 'updating' })),
      'not-ready',
      'llm/chat is not ready (updating)',
    ],
    [
      'a graph that may be ready',
      reporting(ready, condition({ status: 'Unknown' })),
      'not-ready',
      'llm/chat is not ready',
    ],
  ])('%s does not show that it has settled', (_, status, kind, reason) => {
    expect(liveEvidence(status, graph, decode)).toEqual({ kind, reason });
  });

  test('the seed operator reports no generation, and none is asked for', () => {
    expect(liveEvidence(live({ generation: 3 }), graph, decode)).toEqual({ kind: 'settled' });
  });

  describe('of a service that an autoscaler drives', () => {
    const scaler = {
      ...{ kind: 'hpa' as const, name: 'chat-decode', namespace: 'llm', adapterName: 'chat-decode', min: 2, max: 6 },
      ...{ minPath: ['spec', 'minReplicas'], maxPath: ['spec', 'maxReplicas'] },
    };
    const driven = { service: 'decode', replicas: 2, owner: { kind: 'autoscaler' as const, scaler } };
    const running = (replicas: number, others: LiveStatus['items']) =>
      live({
        others,
        spec: { services: { decode: { replicas } } },
        status: { services: { decode: { replicas, updatedReplicas: replicas, readyReplicas: replicas } } },
      });
    const target = {
      ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeploymentScalingAdapter', name: 'chat-decode' },
    };
    const hpa = (minReplicas: number, maxReplicas = 6) => ({
      ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
      metadata: { name: 'chat-decode', namespace: 'llm' },
      spec: { scaleTargetRef: target, minReplicas, maxReplicas },
    });

    test.each([
      ['any number within its bounds', running(5, [hpa(2)]), { kind: 'settled' }],
      [
        'an autoscaler that is not shown',
        running(5, []),
        { kind: 'no-status', reason: 'the status does not show hpa "chat-decode"' },
      ],
      [
        'another floor',
        running(5, [hpa(3)]),
        { kind: 'drift', reason: 'the minimum of hpa "chat-decode" is 3 live and 2 in Git' },
      ],
      [
        'another ceiling',
        running(5, [hpa(2, 9)]),
        { kind: 'drift', reason: 'the maximum of hpa "chat-decode" is 9 live and 6 in Git' },
      ],
      [
        'a number above the ceiling',
        running(7, [hpa(2)]),
        { kind: 'drift', reason: 'decode has 7 live, outside of what hpa "chat-decode" allows' },
      ],
    ])('%s', (_, status, expected) => {
      expect(liveEvidence(status, graph, driven)).toEqual(expected);
    });
  });

  test('a committed scaling adapter is compared with the live one, and with the graph that it drives', () => {
    const path = ['spec', 'replicas'];
    const adapter = { name: 'chat-decode', namespace: 'llm', graph: 'chat', service: 'decode', replicas: 2 };
    const owner = { kind: 'adapter' as const, scaler: { kind: 'adapter' as const, ...adapter, replicasPath: path } };
    const object = (replicas: number) => ({
      ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeploymentScalingAdapter' },
      metadata: { name: 'chat-decode', namespace: 'llm' },
      spec: { replicas, dgdRef: { name: 'chat', serviceName: 'decode' } },
    });
    const evidence = (sketch: Sketch) => liveEvidence(live(sketch), graph, { ...decode, owner });
    expect(evidence({ others: [object(2)] })).toEqual({ kind: 'settled' });
    expect(evidence({ others: [object(6)] })).toEqual({
      ...{ kind: 'drift', reason: 'scaling adapter "chat-decode" says 6 live and 2 in Git' },
    });
    expect(evidence({ spec: { services: { decode: { replicas: 6 } } } })).toEqual({
      ...{ kind: 'drift', reason: 'decode has 6 live and 2 in Git' },
    });
  });

  test('a service named like a part of every object is not seen by accident', () => {
    const named = { ...decode, service: 'constructor' };
    expect(liveEvidence(live({ status: { services: {} } }), graph, named).kind).toBe('no-status');
  });
});
