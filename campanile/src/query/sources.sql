SELECT tenant, collector, source, kind, address, last_seen, reported,
       round(received_lately * 1000.0 / interval_ms, 2) AS frames_per_second,
       received, received_bytes, stored, refused, refused_why, under_way, truncated, connections,
       events, parse_errors, parse_error_sample, plain, lag_ms, skew_ms
FROM (
  SELECT tenant, collector, service_name AS source, fields['kind'] AS kind, fields['address'] AS address, timestamp AS reported,
         arrow_cast(max(CAST(fields['last_seen_ms'] AS BIGINT)) OVER per_source, 'Timestamp(Millisecond, Some("UTC"))') AS last_seen,
         CAST(fields['interval_ms'] AS DOUBLE) AS interval_ms,
         CAST(fields['received'] AS BIGINT) AS received_lately,
         sum(CAST(fields['received'] AS BIGINT)) OVER per_source AS received,
         sum(CAST(fields['received_bytes'] AS BIGINT)) OVER per_source AS received_bytes,
         sum(CAST(fields['stored'] AS BIGINT)) OVER per_source AS stored,
         sum(CAST(fields['refused'] AS BIGINT)) OVER per_source AS refused,
         fields['refused_why'] AS refused_why,
         CAST(fields['under_way'] AS BIGINT) AS under_way,
         sum(CAST(fields['truncated'] AS BIGINT)) OVER per_source AS truncated,
         CAST(fields['connections'] AS BIGINT) AS connections,
         sum(CAST(fields['events'] AS BIGINT)) OVER per_source AS events,
         sum(CAST(fields['parse_errors'] AS BIGINT)) OVER per_source AS parse_errors,
         last_value(fields['parse_error_sample']) IGNORE NULLS OVER in_order AS parse_error_sample,
         sum(CAST(fields['plain'] AS BIGINT)) OVER per_source AS plain,
         CAST(fields['lag_ms'] AS BIGINT) AS lag_ms,
         CAST(fields['skew_ms'] AS BIGINT) AS skew_ms,
         row_number() OVER (PARTITION BY tenant, collector, service_name ORDER BY timestamp DESC, seq DESC) AS nth
  FROM events
  WHERE source = 'campanile' AND event_action = 'source_health'
  WINDOW per_source AS (PARTITION BY tenant, collector, service_name),
         in_order AS (PARTITION BY tenant, collector, service_name ORDER BY timestamp, seq ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)
WHERE nth = 1
