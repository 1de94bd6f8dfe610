-- Entries keep the area of their task, since terms can say that work of an area takes more or less of a package; and terms can
-- say that a block is bought by itself. What was noted and agreed so far shows that nothing of this was agreed.
ALTER TABLE time_entries ADD COLUMN area TEXT;
UPDATE time_entries SET area = (SELECT t.area FROM tasks t WHERE t.workspace_id = time_entries.workspace_id AND t.id = time_entries.task_id)
    WHERE task_id IS NOT NULL AND deleted_at IS NULL;

UPDATE engagement_terms SET terms = json_set(terms, '$.auto_top_up', NULL, '$.area_factors',
    CASE json_extract(terms, '$.kind') WHEN 'retainer' THEN json('[]') END) WHERE terms IS NOT NULL;
UPDATE events SET data = json_set(data, '$.terms.auto_top_up', NULL, '$.terms.area_factors',
    CASE json_extract(data, '$.terms.kind') WHEN 'retainer' THEN json('[]') END)
    WHERE resource_type IN ('engagement', 'terms') AND json_type(data, '$.terms') = 'object';
UPDATE events SET client_data = json_set(client_data, '$.terms.auto_top_up', NULL, '$.terms.area_factors',
    CASE json_extract(client_data, '$.terms.kind') WHEN 'retainer' THEN json('[]') END)
    WHERE resource_type IN ('engagement', 'terms') AND json_type(client_data, '$.terms') = 'object';
UPDATE events SET data = json_set(data, '$.area', NULL) WHERE resource_type = 'time_entry' AND json_type(data, '$.work_date') IS NOT NULL;
UPDATE events SET client_data = json_set(client_data, '$.area', NULL)
    WHERE resource_type = 'time_entry' AND json_type(client_data, '$.work_date') IS NOT NULL;
