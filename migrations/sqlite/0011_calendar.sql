-- Terms say how many units make a billing period, and in which month longer units begin. What was agreed so far is one unit
-- from January on.
UPDATE engagement_terms SET terms = json_set(terms, '$.period_count', 1,
    '$.anchor_month', CASE json_extract(terms, '$.period') WHEN 'quarter' THEN 1 END) WHERE terms IS NOT NULL;

-- Pauses as JSON, the last without an end while it lasts. Those that are over are found in the events, by the engagement's time
-- zone: when the server starts.
ALTER TABLE engagements ADD COLUMN pauses TEXT NOT NULL DEFAULT '[]';
UPDATE engagements SET pauses = '[{"from_on":"' || date(paused_on, '+1 day') || '","until_on":null}]' WHERE paused_on IS NOT NULL;
ALTER TABLE engagements DROP COLUMN paused_on;
