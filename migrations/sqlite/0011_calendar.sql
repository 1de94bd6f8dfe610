-- Terms say how many units make a billing period, and in which month longer units begin. What was agreed so far is one unit
-- from January on.
UPDATE engagement_terms SET terms = json_set(terms, '$.period_count', 1,
    '$.anchor_month', CASE json_extract(terms, '$.period') WHEN 'quarter' THEN 1 END) WHERE terms IS NOT NULL;
