"""The agents: how each is started without a person, where it asks, and what is known of it."""

import dataclasses

QUIET_CLAUDE = {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1"}
QUIET_OPENCODE = {"OPENCODE_DISABLE_MODELS_FETCH": "1", "OPENCODE_DISABLE_AUTOUPDATE": "1"}
QUIET_AIDER = (
    "--yes-always",
    "--no-git",
    "--no-pretty",
    "--analytics-disable",
    "--no-check-update",
    "--no-show-release-notes",
    "--no-show-model-warnings",
)
# The other side's dialect, where it is not the agent's own, and what that cannot say.
CODEX_LOSSES = {"tools[]", "reasoning.summary", "prompt_cache_key", "client_metadata"}
CLAUDE_LOSSES = {"context_management", "messages[].content[].cache_control"}
GEMINI_LOSSES = {"messages[].content[].signature"}


@dataclasses.dataclass(frozen=True)
class Agent:
    name: str  # of its program
    package: str  # of npm or PyPI
    dialect: str  # that it speaks: a name of targets.UPSTREAMS
    arguments: tuple  # before the prompt
    tool: str = ""  # that runs a command; "": none, it writes the files that a text shows
    argument: str = "command"  # of the tool
    environment: dict = dataclasses.field(default_factory=dict)
    start: str = "launch"  # the command of weir
    model: str = ""  # for launch --model, where the usual one will not do
    other: str = "chat"  # another dialect to be answered in
    losses: frozenset = frozenset()  # to that one
    seconds: int = 60
    # Over weir-mini alone: the code of weir's error, "" for an answer; what the agent says of it.
    refused: str = "context_length_exceeded"
    says: str = ""
    scenarios: tuple = ("text", "tool", "translated", "local")

    def calls(self, command):
        """What the mock model calls, for Mock(); None: nothing."""
        more = {"description": "Writes a file"} if self.argument == "command" else {}
        return {self.tool: {self.argument: command, **more}} if self.tool else None


AIDER = Agent(
    "aider",
    "aider-chat",
    "chat",
    (*QUIET_AIDER, "--message"),
    model="cloud",
    other="anthropic",
    refused="",
)

AGENTS = [
    Agent(
        "codex",
        "@openai/codex",
        "responses",
        ("exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"),
        "exec_command",
        "cmd",
        losses=CODEX_LOSSES,
        says="ran out of room in the model's context window",
    ),
    Agent(
        "opencode",
        "opencode-ai",
        "chat",
        ("run",),
        "bash",
        environment=QUIET_OPENCODE,
        other="anthropic",
        says="the local model's context holds 2048",
    ),
    Agent(
        "gemini",
        "@google/gemini-cli",
        "gemini",
        ("--skip-trust", "--yolo", "--prompt"),
        "run_shell_command",
        model="cloud",
        losses=GEMINI_LOSSES,
        says="the local model's context holds 2048",
    ),
    Agent(
        "openclaw",
        "openclaw",
        "chat",
        ("agent", "--local", "--agent", "main", "--message"),
        "exec",
        other="anthropic",
        seconds=180,
        says="prompt too large for the model",
    ),
    Agent(
        "claude",
        "@anthropic-ai/claude-code",
        "anthropic",
        ("--allowedTools=Bash", "--print"),
        "Bash",
        environment=QUIET_CLAUDE,
        losses=CLAUDE_LOSSES,
        says="the local model's context holds 2048",
    ),
    AIDER,
    dataclasses.replace(
        AIDER,
        start="exec",
        arguments=("--model", "openai/cloud", *AIDER.arguments),
        model="",
        scenarios=("tool",),
    ),
]
