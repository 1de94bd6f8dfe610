-- Entries keep the area of their task, since terms can say that work of an area takes more or less of a package; and terms can
-- say that a block is bought by itself. What was noted and agreed so far shows that nothing of this was agreed.
ALTER TABLE time_entries ADD COLUMN area TEXT;
UPDATE time_entries SET area = t.area FROM tasks t
    WHERE t.workspace_id = time_entries.workspace_id AND t.id = time_entries.task_id AND time_entries.deleted_at IS NULL;

CREATE FUNCTION pg_temp.completed(terms JSONB) RETURNS JSONB LANGUAGE SQL AS $$
    SELECT terms || jsonb_build_object('auto_top_up', NULL, 'area_factors', CASE terms ->> 'kind' WHEN 'retainer' THEN '[]'::JSONB END)
$$;
CREATE FUNCTION pg_temp.with_terms(shown TEXT) RETURNS TEXT LANGUAGE SQL AS $$
    SELECT CASE jsonb_typeof(shown::JSONB -> 'terms')
        WHEN 'object' THEN jsonb_set(shown::JSONB, '{terms}', pg_temp.completed(shown::JSONB -> 'terms'))::TEXT ELSE shown END
$$;
CREATE FUNCTION pg_temp.with_area(shown TEXT) RETURNS TEXT LANGUAGE SQL AS $$
    SELECT CASE WHEN shown::JSONB ? 'work_date' THEN (shown::JSONB || '{"area": null}')::TEXT ELSE shown END
$$;
UPDATE engagement_terms SET terms = pg_temp.completed(terms::JSONB)::TEXT WHERE terms IS NOT NULL;
UPDATE events SET data = pg_temp.with_terms(data), client_data = pg_temp.with_terms(client_data)
    WHERE resource_type IN ('engagement', 'terms');
UPDATE events SET data = pg_temp.with_area(data), client_data = pg_temp.with_area(client_data)
    WHERE resource_type = 'time_entry';
