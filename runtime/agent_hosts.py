"""Which hosts agents may be called at: those that the operator listed, and no others."""

from dataclasses import dataclass

from yarl import URL


@dataclass(frozen=True)
class AgentHosts:
    """Hosts with their ports, from a comma-separated list of host[:port]; no port means that of the URL's scheme.

    A client chooses the address of its agent, so it could make Loupe ask anything that Loupe's network reaches: only
    what is listed is ever resolved or connected to.
    """

    listed: frozenset[tuple[str, int | None]]

    @classmethod
    def parse(cls, text: str) -> "AgentHosts":
        """Raises ValueError for an entry that is not host[:port]."""
        return cls(frozenset(_entry(part.strip()) for part in text.split(",") if part.strip()))

    def refusal(self, url: str) -> str | None:
        """Why a URL may not be called, and what to do; None where it may."""
        try:
            parsed = URL(url)
            host, port = parsed.raw_host, parsed.port
        except ValueError as error:
            return f"is not a URL: {error}"
        if not host or parsed.scheme not in ("http", "https"):
            return "is not an http or https URL with a host"
        if parsed.raw_user is not None or parsed.raw_password is not None:
            return "holds a user or password: agents know Loupe by the signature of its requests"
        if (host, port) in self.listed or ((host, None) in self.listed and parsed.is_default_port()):
            return None
        place = f"{host}:{port}"
        return f"{place} is not an allowed host: ask the operator to add {place} to LOUPE_AGENT_HOSTS"


def _entry(text: str) -> tuple[str, int | None]:
    try:
        url = URL(f"http://{text}")
        host, port = url.raw_host, url.explicit_port
    except ValueError as error:
        raise ValueError(f"{text}: is not host[:port]: {error}") from error
    more = (url.raw_user, url.raw_query_string, url.raw_fragment, url.raw_path.strip("/"))
    if not host or any(more) or any(letter.isspace() for letter in text):
        raise ValueError(f"{text}: is not host[:port]")
    return host, port
