import type { AdvisorySettings } from '../../../api/index.ts';
import type { MetricsNeeds } from '../../quality/index.ts';

export function advisoryNeeds({ windowSeconds, staleAfterSeconds }: AdvisorySettings): MetricsNeeds {
  return {
    required: [],
    used: ['advisedPrefill', 'advisedDecode'],
    decidingSeconds: staleAfterSeconds,
    memorySeconds: staleAfterSeconds + windowSeconds,
  };
}
