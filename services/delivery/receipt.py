"""Remember what each channel shows."""

from services.delivery.state import Receipt
from shared.events import ReceiptGiven
from shared.keys import escape
from shared.outcome import Given, Outcome, Put


def keep_receipt(data: ReceiptGiven, given: Given) -> Outcome:
    """One field per channel: "who still shows the old text?" is one read.

    The last word counts even where it is a lower sequence: a channel that went back really shows the old text.
    """
    receipt = Receipt(id=data.article_id, revision=data.revision, sequence=data.sequence, at=given.now)
    return Outcome(put=(Put(f"receipts:{escape(data.article_id)}", data.channel, receipt.model_dump_json().encode()),))
