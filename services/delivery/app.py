"""articles.moderated, comments.moderated, pictures.developed, articles.due, receipts → renditions."""

from services.delivery.comment import deliver_comment, reads_comment
from services.delivery.deliver import deliver_article, deliver_due, reads_article, reads_due
from services.delivery.picture import deliver_picture, reads_picture
from services.delivery.receipt import keep_receipt
from services.delivery.settings import Settings
from shared.events import ArticleDue, ArticleModerated, CommentModerated, PictureDeveloped, ReceiptGiven
from shared.outcome import Given, Outcome
from shared.stage import Stage


def build(settings: Settings) -> Stage:
    """The stage, ready to run."""
    stage = Stage("delivery", settings)
    house = settings.house()

    @stage.on(ArticleModerated, reads=reads_article)
    def article_moderated(data: ArticleModerated, given: Given) -> Outcome:
        return deliver_article(data, given, house)

    @stage.on(CommentModerated, reads=reads_comment)
    def comment_moderated(data: CommentModerated, given: Given) -> Outcome:
        return deliver_comment(data, given, house)

    @stage.on(PictureDeveloped, reads=reads_picture)
    def picture_developed(data: PictureDeveloped, given: Given) -> Outcome:
        return deliver_picture(data, given, house)

    @stage.on(ArticleDue, reads=reads_due, timed=True)
    def article_due(data: ArticleDue, given: Given) -> Outcome:
        return deliver_due(data, given, house)

    @stage.on(ReceiptGiven)
    def receipt_given(data: ReceiptGiven, given: Given) -> Outcome:
        return keep_receipt(data, given)

    return stage
