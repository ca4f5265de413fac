"""A case type as people read it: a state diagram (Mermaid), tables of steps, clocks and escalations, in both
languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from linli.kernel.cases.rules.shapes import (
    ANYONE,
    ASSIGNEE,
    REQUESTER,
    STATE_CLOCK,
    SYSTEM,
    ActionSpec,
    CaseType,
    Words,
)

WHO = {ANYONE: "anyone 任何人", REQUESTER: "requester 诉求人", ASSIGNEE: "assignee 经办人", SYSTEM: "system 系统"}
NOTICE = "<!-- Made by `linli casetypes` from the type's file; do not edit. -->"


def diagram(kind: CaseType) -> str:
    """The states and what leads from one to the other, as Mermaid text."""
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{_both(state.title, "<br/>")}" as {key}' for key, state in kind.states.items()]
    lines.append(f"    [*] --> {kind.initial}")
    for source in kind.states:
        arrows: dict[str, list[str]] = {}
        for name in kind.exits[source]:
            action = kind.actions[name]
            if action.to and action.to != source:
                arrows.setdefault(action.to, []).append(_both(action.title, " ").replace(":", "："))
        lines += [f"    {source} --> {target}: {' / '.join(titles)}" for target, titles in arrows.items()]
    lines += [f"    {key} --> [*]" for key in kind.states if key in kind.final_states]
    return "\n".join(lines)


def page(kind: CaseType) -> str:
    """The whole page of a type: ``docs/casetypes/TYPE.md`` (older versions ``TYPE.vN.md``)."""
    parts = [NOTICE, f"# {_both(kind.title)}", f"`{kind.type}` version {kind.version}"]
    if kind.summary:
        parts.append(f"{kind.summary.en}  \n{kind.summary.zh}")
    if kind.source:
        parts.append(f"Source 依据: {kind.source}")
    parts.append(f"```mermaid\n{diagram(kind)}\n```")
    parts += ["## Steps 步骤", _table(_STEP_HEAD, (_step(kind, key, action) for key, action in kind.actions.items()))]
    parts += ["## Clocks 时限", _table(_CLOCK_HEAD, _clocks(kind))]
    if kind.escalations:
        parts += ["## Escalations 超时处理", _table(_ESCALATION_HEAD, _escalations(kind))]
    parts += ["## Rules 规则", "\n".join(f"- {line}" for line in _rules(kind))]
    return "\n\n".join(parts) + "\n"


def index(kinds: Iterable[CaseType]) -> str:
    """The list of all types, to be put into ``docs/casetypes/README.md`` between its two marks."""
    rows = (
        (
            f"[{_both(kind.title)}]({file_name(kind, newest=True)})",
            f"`{kind.type}`",
            str(kind.version),
            str(len(kind.states)),
        )
        for kind in kinds
    )
    return _table(("Type 类型", "Key 键", "Version 版本", "States 状态"), rows)


def file_name(kind: CaseType, *, newest: bool) -> str:
    """The name of a type's page."""
    return f"{kind.type}.md" if newest else f"{kind.type}.v{kind.version}.md"


def _both(words: Words, between: str = " ") -> str:
    return f"{words.zh}{between}{words.en}" if words.zh != words.en else words.en


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(head)
    lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
    lines += [" | ".join(cell.replace("|", "/").replace("\n", " ") or "–" for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


_STEP_HEAD = ("Step 步骤", "From 从", "To 到", "Who 谁", "Form 表单", "Only if 条件", "Clocks 计时")


def _step(kind: CaseType, key: str, action: ActionSpec) -> tuple[str, ...]:
    sources = ["any open 任何在办" if state == "*" else _both(kind.states[state].title) for state in action.from_]
    target = _both(kind.states[action.to].title) if action.to else "stays 不变"
    return (
        f"{_both(action.title)} `{key}`", "<br>".join(sources), target, "<br>".join(map(_who, action.who)),
        _form(action.form), _conditions(action), _effects(action),
    )  # fmt: skip


def _who(name: str) -> str:
    return WHO.get(name, f"`{name}`")


def _form(form: Mapping[str, object] | None) -> str:
    if form is None:
        return ""
    required = form.get("required", [])
    fields = form.get("properties", {})
    if not isinstance(fields, Mapping) or not isinstance(required, list):
        return ""
    return ", ".join(f"{name}*" if name in required else str(name) for name in fields)


def _conditions(action: ActionSpec) -> str:
    parts = [f"`{name}`" for name in action.guards]
    parts += [f"not who did {name} 与“{name}”不同人" for name in action.other_than]
    if action.within:
        parts.append(f"within {action.within} 期限内")
    if action.at_most:
        parts.append(f"at most {action.at_most}× 至多{action.at_most}次")
    if action.note == "required":
        parts.append("with a reason 须说明理由")
    return "<br>".join(parts)


def _effects(action: ActionSpec) -> str:
    words = {"start": "start 起算", "stop": "stop 停止", "pause": "pause 中止", "resume": "resume 恢复"}
    parts = [f"{words[verb]} {', '.join(getattr(action, verb))}" for verb in words if getattr(action, verb)]
    return "<br>".join(parts)


_CLOCK_HEAD = ("Clock 计时", "Kind 种类", "Term 时限", "Extension 延期", "Source 依据")


def _clocks(kind: CaseType) -> Iterable[tuple[str, ...]]:
    kinds = {"statutory": "statutory 法定", "promise": "promise 承诺"}
    for key, clock in kind.clocks.items():
        by = clock.by
        terms = [f"{value}: {span}" for value, span in by.values.items()] if by else [clock.span]
        longer = f"+{clock.extend.by} × {clock.extend.times}" if clock.extend else ""
        yield f"{_both(clock.title)} `{key}`", kinds[clock.kind], "<br>".join(terms), longer, clock.source
    for state in kind.states.values():
        if state.limit:
            yield _both(state.title), "state 状态", state.limit, "", ""


_ESCALATION_HEAD = ("When 何时", "In state 状态", "Step 步骤")


def _escalations(kind: CaseType) -> Iterable[tuple[str, ...]]:
    for rule in kind.escalations:
        clock = "state 状态时限" if rule.clock == STATE_CLOCK else _both(kind.clocks[rule.clock].title)
        late = f" + {rule.exceeded_by}" if rule.exceeded_by else ""
        state = _both(kind.states[rule.state].title) if rule.state else "any 任何"
        yield f"{clock} exceeded 超时{late}", state, _both(kind.actions[rule.action].title)


def _rules(kind: CaseType) -> Iterable[str]:
    yield f"Opened by 登记: {', '.join(map(_who, kind.open.who))}"
    if kind.where:
        yield f"Only in 适用区域: {', '.join(kind.where)}"
    if kind.sub_cases.types:
        last = "must be closed first 须先办结" if kind.sub_cases.must_close else "may stay open 可不办结"
        yield f"Sub-cases 子件: {', '.join(kind.sub_cases.types)} ({last})"
    rules = kind.hand_over
    yield (
        f"Handed over 转交: returned at most {rules.return_limit}× within {rules.return_within}, then decided within "
        f"{rules.arbitrate_within}, else the {rules.fallback} has it "
        f"至多退回{rules.return_limit}次，再由裁定或兜底单位承办"
    )
    if kind.seal_when:
        yield f"Sealed when 封存: {kind.seal_when.field} = {', '.join(kind.seal_when.values)}"
    if kind.duplicates:
        yield "A duplicate closes with its master 重复件随主件办结"
