"""Looks at the generated Python client: it compiles, and sends two values of a filter as the document says."""

import compileall
import datetime
import sys

folder = sys.argv[1]
assert compileall.compile_dir(f"{folder}/vorzimmer", quiet=1), "the client does not compile"
sys.path.insert(0, folder)

from vorzimmer.api.events import list_events  # noqa: E402
from vorzimmer.api.tasks import list_tasks  # noqa: E402
from vorzimmer.models import EventTypeNameChoice, TaskRecord, TaskStatus  # noqa: E402

sent = list_tasks._get_kwargs(status=[TaskStatus.TODO, TaskStatus.DONE], tags=["a,b", "c"])["params"]
assert sent["status"] == ["todo", "done"] and sent["tags"] == ["a,b", "c"], sent
sent = list_events._get_kwargs(type_=[EventTypeNameChoice.CLIENT_CREATED])["params"]
assert sent["type"] == ["client.created"], sent
assert TaskRecord.__annotations__["created_at"] in (datetime.datetime, "datetime.datetime"), TaskRecord.__annotations__
print("the Python client compiles and sends lists as they are documented")
