import { describe, expect, test } from '@jest/globals';
import { type DeploymentExpectations, graphViewOf, type JsonObject, validateDeployment } from '../../api/index.ts';

const worker = (role: string | undefined, model: string | undefined): JsonObject => ({
  componentType: 'worker',
  ...(role === undefined ? {} : { subComponentType: role }),
  ...(model === undefined ? {} : { extraPodSpec: { mainContainer: { args: ['--model', model] } } }),
});

function validate(services: JsonObject, expected: Partial<DeploymentExpectations> = {}, backend = 'vllm') {
  const view = graphViewOf({
    apiVersion: 'nvidia.com/v1alpha1',
    metadata: { name: 'chat' },
    spec: { backendFramework: backend, services: { Frontend: { componentType: 'frontend' }, ...services } },
  });
  if (!view.ok) throw new Error(JSON.stringify(view.error));
  const result = validateDeployment(view.value, { requirePrefill: true, requireDecode: true, ...expected });
  if (!result.ok) return result.error.map(({ message }) => message);
  const { prefill, decode, modelName } = result.value;
  return { prefill: prefill?.name, decode: decode?.name, modelName };
}
const both = { p: worker('prefill', 'm'), d: worker('decode', 'm') };

describe('a deployment that can be planned', () => {
  test('has each role once and one model', () => {
    expect(validate(both)).toEqual({ prefill: 'p', decode: 'd', modelName: 'm' });
  });

  test('may name its services as they were named before sub-component types', () => {
    const services = { VllmPrefillWorker: worker(undefined, 'm'), VllmDecodeWorker: worker(undefined, 'm') };
    expect(validate(services)).toEqual({ prefill: 'VllmPrefillWorker', decode: 'VllmDecodeWorker', modelName: 'm' });
    expect(validate({ prefill: worker(undefined, 'm'), decode: worker(undefined, 'm') }, {}, 'sglang')).toEqual({
      ...{ prefill: 'prefill', decode: 'decode', modelName: 'm' },
    });
  });

  test('needs only the roles that are asked for', () => {
    expect(validate({ d: worker('decode', 'm') }, { requirePrefill: false })).toEqual({
      ...{ prefill: undefined, decode: 'd', modelName: 'm' },
    });
    expect(validate({ p: worker('prefill', 'm') }, { requireDecode: false })).toMatchObject({ prefill: 'p' });
    // The model of a role that nobody asked for does not matter.
    expect(validate({ p: worker('prefill', 'x'), d: worker('decode', 'm') }, { requirePrefill: false })).toMatchObject({
      modelName: 'm',
    });
  });

  test('may name its model on one worker, or leave it to the caller', () => {
    expect(validate({ p: worker('prefill', undefined), d: worker('decode', 'm') })).toMatchObject({ modelName: 'm' });
    const silent = { p: worker('prefill', undefined), d: worker('decode', undefined) };
    expect(validate(silent, { modelName: 'm' })).toMatchObject({ modelName: 'm' });
    expect(validate(both, { modelName: 'm' })).toMatchObject({ modelName: 'm' });
  });

  test('is the graph that its planner was started in', () => {
    expect(validate(both, { parentGraph: 'chat' })).toMatchObject({ modelName: 'm' });
    expect(validate(both, { parentGraph: 'other' })).toEqual([
      'DYN_PARENT_DGD_K8S_NAME names "other", but this graph is "chat"',
    ]);
  });
});

describe('a deployment that cannot', () => {
  const missing = (role: string) =>
    `no service has the role ${role}; set subComponentType (v1alpha1) or type (v1beta1) to "${role}"`;

  test('lacks a role', () => {
    expect(validate({ d: worker('decode', 'm') })).toEqual([missing('prefill')]);
    expect(validate({ p: worker('prefill', 'm') })).toEqual([missing('decode')]);
  });

  test('has a role twice', () => {
    expect(validate({ ...both, q: worker('prefill', 'm') })).toEqual([
      '"p" and "q" all have the role prefill; a graph has one',
    ]);
  });

  test('has only a legacy name that declares another role', () => {
    expect(validate({ VllmPrefillWorker: worker('decode', 'm') })).toEqual([missing('prefill')]);
  });

  test('serves two models, or another than expected, to the letter', () => {
    expect(validate({ p: worker('prefill', 'a'), d: worker('decode', 'b') })).toEqual([
      '"p" serves "a" and "d" serves "b"; all must serve one model',
    ]);
    expect(validate(both, { modelName: 'M' })).toEqual(['the graph serves "m", not "M"']);
    expect(validate({ p: worker('prefill', 'a'), d: worker('decode', 'b') }, { modelName: 'c' })).toHaveLength(2);
  });

  test('names no model', () => {
    expect(validate({ p: worker('prefill', undefined), d: worker('decode', undefined) })).toEqual([
      'no worker names its model; pass --model or --served-model-name in its arguments',
    ]);
    expect(
      validate({ p: worker('prefill', undefined), d: worker('decode', undefined) }, { modelName: '' }),
    ).toHaveLength(1);
  });

  test('is told everything at once', () => {
    expect(
      validate({ d: worker('decode', 'a'), e: worker('decode', 'b') }, { parentGraph: 'x', modelName: 'c' }),
    ).toEqual([
      'DYN_PARENT_DGD_K8S_NAME names "x", but this graph is "chat"',
      missing('prefill'),
      '"d" and "e" all have the role decode; a graph has one',
      '"d" serves "a" and "e" serves "b"; all must serve one model',
      'the graph serves "a" and "b", not "c"',
    ]);
    expect(validate({})).toEqual([
      missing('prefill'),
      missing('decode'),
      'no worker names its model; pass --model or --served-model-name in its arguments',
    ]);
  });
});
