"""English."""

from services.delivery.words.words import Words
from shared.articles import Direction

EN = Words(
    language="en",
    direction=Direction.LTR,
    skip="Skip to the story",
    by="By",
    updated="Updated",
    minutes="{n} min read",
    correction="Correction",
    photo="Photo",
    act="Who can answer for this?",
    act_text="Ask the people responsible, or gather others who are affected.",
    write="Contact this official",
    campaign="Start a campaign",
    related="Read next",
    comments="Comments",
    no_comments="No comments yet.",
    comments_closed="Comments are closed.",
    comments_more="{n} more comments are not shown here.",
    member="Member",
    staff="Newsroom",
    light="Light version",
    full="Full version",
    offer="Slow connection?",
    offer_text="The light version of this story is one small page that loads even on a weak line.",
    close="Close",
    original="Original",
    killed="This story was withdrawn",
    killed_text="The newsroom has taken it back. Please do not quote or share copies of it.",
    withheld="This story is not available now",
    withheld_text="The newsroom is holding it back. It may return.",
    front="More from {name}",
)
