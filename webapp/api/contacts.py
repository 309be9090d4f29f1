"""Calls: contacts. Searches are scoped to the projects of the token's person before they run."""

from __future__ import annotations

from dialer.compliance.why import explain
from dialer.desk import card_editing, notes
from dialer.desk.card import card
from dialer.errors import BadInput, Refusal
from dialer.lists import adding
from dialer.people import audit
from dialer.people import projects as projects_of
from dialer.reports import contact_search
from dialer.rules.words import ContactState
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign
from webapp.api import views
from webapp.api.room import Ask, call
from webapp.api.shapes import (
    BatchIn,
    BatchLine,
    BatchOut,
    CardIn,
    CardOut,
    ContactOut,
    ContactPage,
    ContactQuery,
    Done,
    FullQuery,
    NewContactIn,
    NoteIn,
    WhyOut,
)
from webapp.desk.room import refused_text
from webapp.problems import NotThere

TAG = "contacts"


def _contact(ask: Ask, contact_id: int, action: str) -> Contact:
    contact = ask.s.get(Contact, contact_id)
    if contact is None:
        raise NotThere
    ask.needs(action, contact)
    return contact


def _campaign(ask: Ask, campaign_id: int, action: str) -> Campaign:
    campaign = ask.s.get(Campaign, campaign_id)
    if campaign is None:
        raise NotThere
    ask.needs(action, campaign)
    return campaign


@call("GET", "/contacts", asks=ContactQuery, gives=ContactPage, tag=TAG)
def search_contacts(ask: Ask, query: ContactQuery) -> ContactPage:
    """Contacts by name, company, e-mail or number, 50 a page; ``after`` leads on."""
    ask.needs("contact.list")
    try:
        state = ContactState(query.state) if query.state else None
    except ValueError:
        raise BadInput(f"There is no contact state {query.state!r}.") from None
    audit.write(ask.s, ask.now, ask.user.id, "contact.list", f"campaign:{query.campaign_id or 'all'}")
    page = contact_search.search(
        ask.s,
        projects_of(ask.user, "contact.list"),
        text=query.q,
        campaign_id=query.campaign_id,
        state=state,
        after=query.after,
    )
    return ContactPage(contacts=[views.contact_out(contact) for contact, _ in page.rows], after=page.after)


@call("GET", "/contacts/<int:contact_id>", asks=FullQuery, gives=CardOut, tag=TAG)
def get_contact(ask: Ask, query: FullQuery, contact_id: int) -> CardOut:
    """One contact with history and notes. ``full=true`` shows whole numbers to those who may export contacts."""
    contact = _contact(ask, contact_id, "contact.see")
    if query.full:
        ask.needs("contact.export", contact)
    audit.write(ask.s, ask.now, ask.user.id, "contact.see", f"contact:{contact_id}", full=query.full)
    return views.card_out(card(ask.s, contact_id, ask.now), query.full)


@call("POST", "/contacts", takes=NewContactIn, gives=ContactOut, tag=TAG, creates=True)
def create_contact(ask: Ask, body: NewContactIn) -> ContactOut:
    """Put one contact into a campaign, by the same rules as a row of a file. 409 ``number_taken`` if it is there."""
    campaign = _campaign(ask, body.campaign_id, "list.import")
    given = adding.Given(**body.model_dump(exclude={"campaign_id"}))
    return views.contact_out(adding.add(ask.s, campaign, given, ask.now))


@call("PATCH", "/contacts/<int:contact_id>", takes=CardIn, gives=ContactOut, tag=TAG)
def change_contact(ask: Ask, body: CardIn, contact_id: int) -> ContactOut:
    """Change name, company or e-mail; what is not given stays."""
    given = body.model_dump(exclude_none=True)
    return views.contact_out(card_editing.change(ask.s, ask.user.id, contact_id, given, ask.now))


@call("POST", "/contacts/batch", takes=BatchIn, gives=BatchOut, tag=TAG, creates=True)
def create_contacts(ask: Ask, body: BatchIn) -> BatchOut:
    """Put up to 500 contacts into campaigns; each is taken or refused by itself, and told so in its line."""
    return BatchOut(lines=[_one_of_many(ask, one) for one in body.contacts])


def _one_of_many(ask: Ask, one: NewContactIn) -> BatchLine:
    campaign = _campaign(ask, one.campaign_id, "list.import")
    try:
        with ask.s.begin_nested():
            made = adding.add(ask.s, campaign, adding.Given(**one.model_dump(exclude={"campaign_id"})), ask.now)
            return BatchLine(id=made.id)
    except Refusal as refusal:
        return BatchLine(id=None, error=refusal.code, message=refused_text(refusal))
    except BadInput as err:
        return BatchLine(id=None, error="bad_input", message=str(err))


@call("POST", "/contacts/<int:contact_id>/notes", takes=NoteIn, gives=Done, tag=TAG, creates=True)
def add_note(ask: Ask, body: NoteIn, contact_id: int) -> Done:
    """Write a note about a contact; everybody who calls them reads it."""
    contact = _contact(ask, contact_id, "contact.edit")
    notes.add(ask.s, contact.id, ask.user.id, body.text, ask.now)
    return Done()


@call("GET", "/contacts/<int:contact_id>/why", gives=WhyOut, tag=TAG)
def why(ask: Ask, contact_id: int) -> WhyOut:
    """Why this contact is or is not being dialled, rule by rule, and when it next may be."""
    contact = _contact(ask, contact_id, "contact.see")
    found = explain(ask.s, contact.campaign_id, contact.id, ask.now).as_dict(ask.user.language)
    return WhyOut(**{name: found[name] for name in WhyOut.model_fields})
