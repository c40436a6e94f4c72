import type { ForecastModel } from '../../../api/index.ts';
import { medianOf } from '../models/point-forecasts.ts';
import type { ForecastSpan } from '../models/span.ts';
import { linearPointRange } from './linear-points.ts';
import { seasonalPointRange } from './seasonal-points.ts';
import type { ValueRange } from './value-range.ts';

/** Between which numbers a model's forecast after each bucket lies, whatever the lost buckets held. */
export function pointRange(
  range: ValueRange,
  model: ForecastModel,
  span: ForecastSpan,
  bucketSeconds: number,
): ValueRange {
  switch (model.kind) {
    case 'constant':
      return range;
    case 'kalman':
    case 'damped-trend':
      return linearPointRange(range, model, span);
    case 'seasonal':
      return seasonalPointRange(range, model, span, bucketSeconds);
    case 'ensemble': {
      const members = model.members.map((member) => pointRange(range, member, span, bucketSeconds));
      return {
        lowest: medianOf(members.map(({ lowest }) => lowest)),
        highest: medianOf(members.map(({ highest }) => highest)),
      };
    }
  }
}
