import type { DynamoSlaSettings } from '../../../api/index.ts';
import { memoryOfKalman } from '../../forecast/index.ts';
import type { MetricsNeeds } from '../../quality/index.ts';

/** The constant predictor knows the last window alone; the Kalman filter forgets older ones bit by bit. */
export function dynamoSlaNeeds(settings: DynamoSlaSettings): MetricsNeeds {
  const { intervalSeconds, predictor, kalman, correction } = settings;
  const windows = predictor === 'constant' ? 1 : memoryOfKalman(kalman);
  return {
    required: [
      ...(['requestCount', 'islTokens', 'oslTokens', 'ttftMs', 'itlMs'] as const),
      ...(correction ? (['requestSeconds'] as const) : []),
    ],
    used: correction ? ['decodeReady'] : [],
    decidingSeconds: intervalSeconds,
    memorySeconds: windows * intervalSeconds,
  };
}
