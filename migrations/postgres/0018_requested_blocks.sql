-- A client asks for a block: it is requested before it is offered.

ALTER TABLE blocks DROP CONSTRAINT blocks_status_check;
ALTER TABLE blocks ADD CONSTRAINT blocks_status_check CHECK (status IN ('requested', 'offered', 'active', 'declined', 'withdrawn', 'void'));
-- Why it is asked for.
ALTER TABLE blocks ADD COLUMN reason TEXT;
UPDATE events SET data = (data::JSONB || '{"reason": null}')::TEXT, client_data = (client_data::JSONB || '{"reason": null}')::TEXT
    WHERE resource_type = 'block';
