import { describe, expect, test } from '@jest/globals';
import { graphViewOf, type JsonObject, parseGpuCount } from '../../api/index.ts';

/** GPUs of one replica of a service: the number, or the reason why it is not known. */
function gpusOf(document: JsonObject): number | string {
  const view = graphViewOf(document);
  const service = view.ok ? view.value.services[0] : undefined;
  if (service === undefined) throw new Error('no service');
  return service.gpusPerReplica.kind === 'known' ? service.gpusPerReplica.count : service.gpusPerReplica.reason;
}
const alpha = (body: JsonObject): number | string =>
  gpusOf({ apiVersion: 'nvidia.com/v1alpha1', metadata: { name: 'g' }, spec: { services: { w: body } } });
const beta = (podSpec: JsonObject, body: JsonObject = {}): number | string =>
  gpusOf({
    apiVersion: 'nvidia.com/v1beta1',
    metadata: { name: 'g' },
    spec: { components: [{ name: 'w', podTemplate: { spec: podSpec }, ...body }] },
  });
const container = (resources: JsonObject): JsonObject => ({ containers: [{ name: 'main', resources }] });

describe('GPUs of a replica in v1alpha1', () => {
  test.each<[string, JsonObject, number | string]>([
    ['limits', { limits: { gpu: '4' } }, 4],
    ['limits as a number', { limits: { gpu: 4 } }, 4],
    ['requests alone', { requests: { gpu: '2' } }, 2],
    ['limits before requests', { limits: { gpu: '4' }, requests: { gpu: '2' } }, 4],
    ['limits that say nothing of GPUs', { limits: { cpu: '4' }, requests: { gpu: '2' } }, 2],
    ['limits of the number 0, which say nothing to the planner', { limits: { gpu: 0 }, requests: { gpu: 3 } }, 3],
    ['limits of the text 0, which do', { limits: { gpu: '0' }, requests: { gpu: '3' } }, 0],
    ['limits of an empty text', { limits: { gpu: '' }, requests: { gpu: '3' } }, 3],
    ['another type of GPU', { limits: { gpu: '2', gpuType: 'gpu.intel.com/xe' } }, 2],
    ['the resource by its name', { limits: { 'nvidia.com/gpu': '8' } }, 8],
    ['a custom resource', { limits: { custom: { 'amd.com/gpu': '8' } } }, 8],
    ['a custom resource that is no GPU', { limits: { custom: { 'rdma/ib': '8' } } }, 0],
    ['one declaration written twice', { limits: { gpu: '4', 'nvidia.com/gpu': '4' } }, 4],
    ['none', {}, 0],
    [
      'two counts',
      { limits: { gpu: '4', 'nvidia.com/gpu': '2' } },
      'resources.limits gives 4 and 2 for nvidia.com/gpu',
    ],
    [
      'two types',
      { limits: { gpu: '4', 'amd.com/gpu': '4' } },
      'resources.limits names several GPU resources: nvidia.com/gpu, amd.com/gpu',
    ],
    [
      'a template',
      { limits: { gpu: '{{ .Values.gpus }}' } },
      'resources.limits.gpu is "{{ .Values.gpus }}", which is not a whole number',
    ],
    ['a fraction', { limits: { gpu: '0.5' } }, 'resources.limits.gpu is "0.5", which is not a whole number'],
    [
      'a MIG slice',
      { limits: { custom: { 'nvidia.com/mig-1g.10gb': '1' } } },
      'resources.limits.custom.nvidia.com/mig-1g.10gb asks for parts of GPUs (nvidia.com/mig-1g.10gb), not for whole ones',
    ],
    [
      'a shared GPU',
      { limits: { gpu: '1', gpuType: 'nvidia.com/gpu.shared' } },
      'resources.limits.gpu asks for parts of GPUs (nvidia.com/gpu.shared), not for whole ones',
    ],
    [
      'memory of a GPU',
      { limits: { gpu: '1', custom: { 'nvidia.com/gpumem': '4000' } } },
      'resources.limits.custom.nvidia.com/gpumem asks for parts of GPUs (nvidia.com/gpumem), not for whole ones',
    ],
    [
      'claims alone',
      { claims: [{ name: 'gpus' }] },
      'devices come from resource claims, whose count the manifest does not show',
    ],
    [
      'claims beside a count',
      { limits: { gpu: '8' }, claims: [{ name: 'net' }] },
      'resources.limits.gpu is 8 and resource claims may add more devices',
    ],
    ['no claims after all', { limits: { gpu: '8' }, claims: [] }, 8],
  ])('declared as %s', (_, resources, expected) => {
    expect(alpha({ resources })).toBe(expected);
  });

  test('are those of the main container where it says so itself', () => {
    const extraPodSpec = { mainContainer: { resources: { limits: { 'nvidia.com/gpu': '2' } } } };
    expect(alpha({ extraPodSpec })).toBe(2);
    expect(alpha({ extraPodSpec, resources: { limits: { gpu: '8' } } })).toBe(2);
    const requests = { mainContainer: { resources: { requests: { 'nvidia.com/gpu': '2' } } } };
    expect(alpha({ extraPodSpec: requests, resources: { limits: { gpu: '8' } } })).toBe(8);
  });

  test('count every node of a group', () => {
    const resources = { limits: { gpu: '8' } };
    expect(alpha({ resources, multinode: { nodeCount: 4 } })).toBe(32);
    expect(alpha({ resources, multinode: {} })).toBe(16);
    expect(alpha({ resources, multinode: null })).toBe(8);
    expect(alpha({ resources, multinode: { nodeCount: '4' } })).toBe(
      'multinode.nodeCount is "4", which is not a number of nodes',
    );
    expect(alpha({ resources, multinode: { nodeCount: 1 } })).toContain('which is not a number of nodes');
    expect(alpha({ multinode: { nodeCount: 'x' } })).toBe(0);
  });
});

describe('GPUs of a replica in v1beta1', () => {
  test.each<[string, JsonObject, number | string]>([
    ['limits', container({ limits: { 'nvidia.com/gpu': 4 } }), 4],
    ['limits as text', container({ limits: { 'nvidia.com/gpu': '4' } }), 4],
    ['requests alone', container({ requests: { 'amd.com/gpu': '4' } }), 4],
    ['none', container({}), 0],
    ['nothing at all', {}, 0],
    [
      'a sidecar that has none',
      { containers: [{ name: 'main', resources: { limits: { 'nvidia.com/gpu': 2 } } }, { name: 'logs' }] },
      2,
    ],
    [
      'a second container',
      { containers: [{ name: 'main' }, { name: 'draft', resources: { limits: { 'nvidia.com/gpu': 1 } } }] },
      'its container "draft" asks for GPUs beside the main one',
    ],
    [
      'claims of the pod',
      { resourceClaims: [{ name: 'gpus' }] },
      'devices come from resource claims, whose count the manifest does not show',
    ],
    [
      'claims of the container',
      container({ claims: [{ name: 'gpus' }] }),
      'devices come from resource claims, whose count the manifest does not show',
    ],
  ])('declared as %s', (_, podSpec, expected) => {
    expect(beta(podSpec)).toBe(expected);
  });

  test('count every node of a group', () => {
    expect(beta(container({ limits: { 'nvidia.com/gpu': 8 } }), { multinode: {} })).toBe(16);
  });
});

test.each([
  [4, 4],
  ['4', 4],
  [' 4 ', 4],
  [0, 0],
  [-1, undefined],
  [1.5, undefined],
  ['1k', undefined],
  ['4.0', undefined],
  ['', undefined],
  [null, undefined],
  [true, undefined],
  ['9999999', undefined],
])('%j is %s GPUs', (written, expected) => {
  expect(parseGpuCount(written)).toBe(expected);
});
