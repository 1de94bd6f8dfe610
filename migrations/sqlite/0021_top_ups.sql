-- Blocks that are bought by themselves.
ALTER TABLE blocks ADD COLUMN is_top_up INTEGER NOT NULL DEFAULT 0 CHECK (is_top_up IN (0, 1));
UPDATE events SET data = json_set(data, '$.is_top_up', json('false')), client_data = json_set(client_data, '$.is_top_up', json('false'))
    WHERE resource_type = 'block';
