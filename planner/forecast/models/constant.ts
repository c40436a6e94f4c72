/** The last value, whatever lies between. */
export function constantPoints(history: Float64Array): Float64Array {
  const points = new Float64Array(history.length);
  let last = Number.NaN;
  for (let index = 0; index < history.length; index += 1) {
    const value = history[index] ?? Number.NaN;
    if (!Number.isNaN(value)) last = value;
    points[index] = last;
  }
  return points;
}
