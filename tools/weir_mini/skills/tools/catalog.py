"""Tools that a request may need, read from the lists in words/, and how requests name what they want."""

import re
from dataclasses import dataclass, field

from ...phrasing import slots_of
from ...words import read
from .arguments import MAKERS

FILES = ["tools", "more_tools", "tools_home", "tools_office", "tools_travel", "tools_life", "tools_work"]


@dataclass
class Slot:
    kind: str  # of JSON
    make: object  # rng -> value
    names: list  # of the parameter
    choices: list = None  # the words that it may be
    maker: str = ""  # what its values are called


@dataclass
class Tool:
    names: list
    about: list
    slots: dict
    requests: list
    group: str = ""  # of one group, one tool is offered at a time
    domain: str = ""
    marks: list = field(default_factory=list)  # no other tool with one of these is offered beside it


def slot_of(kind, maker, names):
    if not maker.startswith("="):
        return Slot(kind, MAKERS[maker], names, maker=maker)
    choices = maker[1:].split("|")
    if kind == "integer":
        choices = [int(choice) for choice in choices]
    return Slot(kind, lambda r: r.choice(choices), names, choices)


def parsed(lines):
    tool = Tool([], [], {}, [])
    for line in lines:
        word, rest = line.split(" ", 1)
        if word == "names":
            tool.names = rest.split(", ")
        elif word == "about":
            tool.about.append(rest)
        elif word == "domain":
            tool.domain = rest
        elif word == "like":
            tool.marks = rest.split()
        elif word == "slot":
            head, names = rest.split(": ")
            name, kind, maker = head.split(" ", 2)
            tool.slots[name] = slot_of(kind, maker, names.split(", "))
        else:
            tool.requests.append(with_on(tool, rest))
    return tool


def with_on(tool, request):
    """A day brings its own preposition: on Friday, but tomorrow."""
    for name, slot in tool.slots.items():
        if slot.make is MAKERS["day"]:
            request = request.replace(f"on {{{name}}}", f"{{on_{name}}}")
    return request


# What a request may fit both of.
ALIKE = [
    "light lamp_state", "weather weather_unit", "currency fx", "calculator sum_up", "send_email bulk_mail", "send_sms group_message",
    "create_event meeting", "run_command run_tests", "web_search news fetch_url", "glob search_code list_files", "order_food shopping",
    "taxi directions", "status_change built", "door built", "docker scale", "write_file edit_file", "move_file edit_file", "install deploy",
    "read_file printer", "install shopping grocery_add", "file_info disk", "run_command sql", "units money_convert", "units currency", "add_todo grocery_add todo_more",
]  # fmt: skip
DOMAINS = {
    "home": "light lamp_state thermostat door blinds vacuum volume mute wifi brightness",
    "files": "read_file write_file delete_file list_files copy_file move_file mkdir delete_folder edit_file read_lines glob search_code",
    "code": "run_command run_tests git_commit git_branch install fetch_url http ping docker scale logs deploy sql",
    "office": "create_event meeting set_alarm set_timer add_reminder add_todo note send_email send_sms bulk_mail group_message phone_call contact_add holiday",
    "shop": "order_status cancel_order refund stock_level price_set discount invoice feedback parcel order_food shopping",
    "support": "get_user create_user create_ticket assign status_change comment tag invite",
    "travel": "weather weather_unit flight hotel directions world_clock train taxi restaurant currency translate fx",
    "facts": "web_search stock define calculator news recipe units random sum_up",
}  # fmt: skip


def all_tools():
    domain_of = {group: domain for domain, groups in DOMAINS.items() for group in groups.split()}
    for file in FILES:
        for group, lines in read(file, by_line=True).items():
            tool = parsed(lines)
            tool.group = group
            tool.domain = tool.domain or domain_of.get(group, "")
            tool.marks = [*tool.marks, group, *(" ".join(sorted(names.split())) for names in ALIKE if group in names.split())]
            yield tool


TOOLS = list(all_tools())
# What assistants are asked most.
COMMON = (
    "weather forecast forecast send_email mail_subject tell_person tell_person create_event calendar_list set_alarm alarm_days set_timer timer_named "
    "add_reminder reminder_day add_todo todo_more web_search "
    "translate translate_lang calculator money_convert light light_off heating thermostat play_music playlist note read_file run_command search_code write_file order_status flight_book hotel_find "
    "route taxi_call table stock_quote city_time call_person bank_transfer grocery_add define create_ticket nearby media_control volume weather_unit train_find list_files"
).split()
FREQUENT = [tool for group in COMMON for tool in TOOLS if tool.group == group]
BY_DOMAIN = {domain: [tool for tool in TOOLS if tool.domain == domain] for domain in {tool.domain for tool in TOOLS}}


INNERMOST = re.compile(r"\[[^\[\]]*\]")


def without_choices(pattern):
    """The pattern without anything that may be left out."""
    found = 1
    while found:
        pattern, found = INNERMOST.subn("", pattern)
    return pattern


def says(request, slot):
    said = slots_of(without_choices(request))
    return slot in said or f"on_{slot}" in said or f" => {slot}=" in request


def always_said(tool):
    """The slots that no request leaves out."""
    return [slot for slot in tool.slots if all(says(r, slot) for r in tool.requests)]


REQUIRED = {id(tool): always_said(tool) for tool in TOOLS}


def required_of(tool):
    found = REQUIRED.get(id(tool))
    return always_said(tool) if found is None else found
