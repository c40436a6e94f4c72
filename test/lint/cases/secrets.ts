import type { JsonObject } from '../../../api/index.ts';
import { accepted, alpha, beta, pod, type RuleCase, refused } from './case.ts';

/** Made up, and only of the length and the beginning that such a token has. */
const TOKEN = `hf_${'a1B2'.repeat(8)}`;
const env = (name: string, value: string) => beta({ podTemplate: pod({ env: [{ name, value }] }) });
const secret = (more: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'hf' },
  ...more,
});
const MAIN = 'spec.components[0].podTemplate.spec.containers[0]';

export const secretCases: readonly RuleCase[] = [
  refused('gitops-plain-secret', `${MAIN}.env[0].value`, env('HF_TOKEN', 'hf_abcdefghijkl')),
  refused('gitops-plain-secret', `${MAIN}.env[0].value`, env('SETTINGS', TOKEN)),
  refused('gitops-plain-secret', `${MAIN}.args[1]`, beta({ podTemplate: pod({ args: ['--token', TOKEN] }) })),
  refused(
    'gitops-plain-secret',
    'spec.services[decode].envs[0].value',
    alpha({ envs: [{ name: 'NGC_API_KEY', value: 'abcdefghijkl' }] }),
  ),
  refused(
    'gitops-plain-secret',
    'spec.envs[0].value',
    alpha({}, { envs: [{ name: 'HF_TOKEN', value: 'abcdefghijkl' }] }),
  ),
  refused('gitops-plain-secret', 'spec.env[0].value', beta({}, { env: [{ name: 'HF_TOKEN', value: 'abcdefghijkl' }] })),
  refused(
    'gitops-plain-secret',
    'spec.services[decode].frontendSidecar.envs[0].value',
    alpha({ frontendSidecar: { image: 'a:1.4.0', envs: [{ name: 'HF_TOKEN', value: 'abcdefghijkl' }] } }),
  ),
  accepted('gitops-plain-secret', env('HF_TOKEN', '$(TOKEN_FROM_ELSEWHERE)')),
  accepted('gitops-plain-secret', env('HF_TOKEN', 'your-token-here')),
  accepted('gitops-plain-secret', env('MAX_TOKENS', '4096000000')),
  accepted('gitops-plain-secret', env('TOKEN_FILE', '/var/run/secrets/token')),
  refused('gitops-secret-committed', 'stringData', secret({ stringData: { HF_TOKEN: TOKEN } })),
  refused('gitops-secret-committed', 'data', secret({ data: { HF_TOKEN: 'aGZfYWJjZGVm' } })),
  accepted('gitops-secret-committed', secret({ stringData: { HF_TOKEN: '<your token>' } })),
  accepted(
    'gitops-secret-committed',
    secret({ data: { HF_TOKEN: 'ENC[AES256_GCM,data:x]' }, sops: { version: '3.9.0' } }),
  ),
  accepted('gitops-secret-committed', secret({ type: 'Opaque' })),
];
