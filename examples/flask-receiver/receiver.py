"""A receiver of Cathcr's webhooks, with Flask."""

import json
import os
import queue
import threading

from flask import Flask, request

from verify_signature import verify_webhook_signature

MAX_REMEMBERED = 10_000

WEBHOOK_SECRET = os.environ["WEBHOOK_SECRET"]

app = Flask(__name__)
work: queue.Queue = queue.Queue()

# The ids of the deliveries that were taken, the newest last. They live in this process's memory; a receiver of
# several processes keeps them in a database instead, in a table whose key is the id.
taken: dict[str, None] = {}
lock = threading.Lock()


def take(delivery_id: str) -> bool:
    """Takes a delivery; false where it was taken before."""
    with lock:
        if delivery_id in taken:
            return False
        taken[delivery_id] = None
        if len(taken) > MAX_REMEMBERED:
            del taken[next(iter(taken))]
        return True


def give_back(delivery_id: str) -> None:
    """Gives a delivery back whose work failed, so that a replay of it is not dropped as a duplicate."""
    with lock:
        taken.pop(delivery_id, None)


@app.post("/webhooks/cathcr")
def receive():
    # The signature is made of the bytes that came: get_data, not get_json.
    payload = request.get_data()
    if not verify_webhook_signature(payload, request.headers.get("X-Cathcr-Signature-256"), WEBHOOK_SECRET):
        return "Unauthorized", 401

    delivery_id = request.headers.get("X-Cathcr-Delivery", "")
    if take(delivery_id):
        # Whatever takes time is done by the worker, after the answer.
        work.put((delivery_id, payload))
    else:
        print(f"{delivery_id}: a duplicate, dropped", flush=True)
    return "OK", 200


def handle_webhook_event(event: dict) -> None:
    """Your work. Here it is a line for each event."""
    print(f"{event['event']} of {event['data']['user_id']} at {event['timestamp']}", flush=True)


def do_work() -> None:
    """Handles one delivery after the other. What must survive a crash needs a queue that does, such as a database."""
    while True:
        delivery_id, payload = work.get()
        try:
            handle_webhook_event(json.loads(payload))
        except Exception as error:
            give_back(delivery_id)
            print(f"{delivery_id}: failed, and may be replayed: {error!r}", flush=True)


threading.Thread(target=do_work, daemon=True).start()

if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "3001")))
