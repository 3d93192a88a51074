"""The rooms of the workspace, behind one router: everything under a committee's own address."""

from fastapi import APIRouter

from bot.web import asking, live, mine, people, record, reviews, thread

router = APIRouter(include_in_schema=False)
for part in (thread, asking, reviews, mine, record, people, live):
    router.include_router(part.router, prefix="/c/{committee}")
