"""An offer's facts and a product's name, in the words of a locale."""

from __future__ import annotations

from service.content.wording import day, money, percentage, short_money
from service.generation.material import Item, Quote, title_of
from service.generation.models import Task
from service.generation.sentences import quotable
from service.generation.wording import cut, inline, of_the, the

_FACT_WORDS = (
    *("called", "the", "of_the", "thing", "name", "short_name"),
    *("price", "sum", "old", "old_sum", "saving", "percent", "pix", "times", "amount", "part"),
    *("coupon", "terms", "shipping", "until"),
)


def offer_words(task: Task, item: Item | None, prefix: str = "") -> tuple[dict[str, str | None], list[Quote]]:
    """The facts of an offer, each as words and as a source. Where there is none, every word is None."""
    sources: list[Quote] = []
    values: dict[str, str | None] = dict.fromkeys(_FACT_WORDS)
    if item is not None and item.sold:
        values |= _named(title_of(item, task), item, task)
        sources.append(Quote(title_of(item, task), item.any.id))
    if item is not None and item.facts is not None and item.offer is not None:
        facts, currency = item.facts, item.facts.currency or "BRL"
        for key, amount in (
            ("price", facts.price),
            ("old", facts.old_price),
            ("pix", facts.pix_price),
            ("amount", facts.installment_amount),
        ):
            values[key] = money(amount, currency, task.locale) if amount is not None else None
        values["sum"] = short_money(facts.price, currency, task.locale) if facts.price is not None else None
        if facts.installment_amount is not None:
            values["part"] = short_money(facts.installment_amount, currency, task.locale)
        if facts.old_price is not None and facts.price is not None and facts.old_price > facts.price:
            values["old_sum"] = short_money(facts.old_price, currency, task.locale)
            values["saving"] = money(facts.old_price - facts.price, currency, task.locale)
        else:
            values["old"] = None
        if facts.discount_percent is not None:
            values["percent"] = percentage(facts.discount_percent, task.locale)
        values["times"] = str(facts.installments) if facts.installments and facts.installments > 1 else None
        values["coupon"] = facts.coupon if facts.coupon and facts.coupon not in (facts.terms or "") else None
        values["terms"] = _sentence(facts.terms)
        region = facts.free_shipping_region
        values["shipping"] = region if region and region not in (facts.terms or "") else None
        if item.offer.valid_until:
            values["until"] = day(item.offer.valid_until, task.now, task.locale)
        sources += [
            Quote(text, item.offer.id)
            for key, text in values.items()
            if text and key not in ("called", "the", "of_the", "thing", "times")
        ]
    return {prefix + key: value for key, value in values.items()}, sources


def _named(title: str, item: Item, task: Task) -> dict[str, str | None]:
    """A product's name as it is said alone, within a sentence, and by its first word: "o coador"."""
    called = title if task.locale == "en" else inline(title, item.text)
    first = called.split(" ")[0]
    return {
        "name": title,
        "short_name": cut(title, 38),
        "called": called,
        "the": the(called, task.locale),
        "of_the": of_the(called, task.locale),
        "thing": the(first, task.locale) if first.islower() and task.locale != "en" else None,
    }


def _sentence(text: str | None) -> str | None:
    if not text or not text.strip() or not quotable(text):
        return None
    text = " ".join(text.split())
    return text if text[-1] in ".!?" else text + "."
