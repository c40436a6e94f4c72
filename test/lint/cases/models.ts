import { accepted, type RuleCase, refused, resource } from './case.ts';

const model = (spec: Parameters<typeof resource>[2] = {}) =>
  resource('DynamoModel', 'v1alpha1', { modelName: 'chat', baseModelName: 'qwen', ...spec });
const lora = (uri: string) => model({ modelType: 'lora', source: { uri } });

export const modelCases: readonly RuleCase[] = [
  refused('model-names', 'spec.modelName', model({ modelName: '' })),
  accepted('model-names', model()),
  refused('model-lora-source', 'spec.source.uri', lora('https://example.com/a')),
  refused('model-lora-source', 'spec.source.uri', lora('file:///a'), { operator: '0.9.0' }),
  refused('model-lora-source', 'spec.source.uri', model({ modelType: 'lora' })),
  accepted('model-lora-source', lora('file:///a')),
  accepted('model-lora-source', model({ source: { uri: 'https://example.com/a' } })),
  refused('model-type-immutable', 'spec.modelType', lora('s3://a'), { old: model() }),
  accepted('model-type-immutable', model({ modelType: 'base' }), { old: model() }),
  refused('model-base-immutable', 'spec.baseModelName', model({ baseModelName: 'llama' }), { old: model() }),
  accepted('model-base-immutable', model({ modelName: 'other' }), { old: model() }),
];
