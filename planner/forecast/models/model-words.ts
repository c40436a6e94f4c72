import type { ForecastModel } from '../../../api/index.ts';

const DAY_SECONDS = 86_400;

/** `damped trend (level 0.5, trend 0.1, damping 0.9)`. */
export function modelWords(model: ForecastModel): string {
  switch (model.kind) {
    case 'constant':
      return 'last value';
    case 'kalman':
      return `Kalman filter (level ${model.levelVariance}, trend ${model.trendVariance}, measurement ${model.measurementVariance})`;
    case 'damped-trend':
      return `damped trend (level ${model.levelGain}, trend ${model.trendGain}, damping ${model.damping})`;
    case 'seasonal':
      return `${periodWords(model.periodSeconds)} season (level ${model.levelGain}, strength ${model.strength})`;
    case 'ensemble':
      return `median of ${model.members.map(modelWords).join(', ')}`;
  }
}

function periodWords(seconds: number): string {
  if (seconds === DAY_SECONDS) return 'day';
  return seconds === 7 * DAY_SECONDS ? 'week' : `${seconds} s`;
}
