-- Terms say how many units make a billing period, and in which month longer units begin. What was agreed so far is one unit
-- from January on.
UPDATE engagement_terms SET terms = (terms::jsonb || jsonb_build_object('period_count', 1,
    'anchor_month', CASE terms::jsonb ->> 'period' WHEN 'quarter' THEN 1 END))::text WHERE terms IS NOT NULL;
