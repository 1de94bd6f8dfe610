-- Blocks that are bought by themselves.
ALTER TABLE blocks ADD COLUMN is_top_up BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE events SET data = (data::JSONB || '{"is_top_up": false}')::TEXT, client_data = (client_data::JSONB || '{"is_top_up": false}')::TEXT
    WHERE resource_type = 'block';
