export { columnQueries, type QueryBatch } from './column-queries.ts';
export { graphMatchers } from './graph-matchers.ts';
export { type PrometheusScope, prometheusSource } from './prometheus-source.ts';
export { equals, matches, promqlString, regexLiteral } from './promql.ts';
export { type AskRange, combined, type RangeAnswer, type RangeQuery, rangeQueries } from './range-query.ts';
export { looksLikeHtml, readAnswer, shown } from './read-answer.ts';
