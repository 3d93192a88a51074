"""Who Convenor is in a workspace, as Bolt asks for it with every request."""

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.workspaces import Workspaces


class Known(AsyncAuthorize):
    """Tells Bolt who its own user is in a workspace, from the store: no call, no waiting."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_actor: str | None,
    ) -> AuthorizeResult:
        """The workspace's own user of ours."""
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=self._workspaces.bot(team_id or "") or None,
        )
