"""The rooms of the workspace, behind one router: everything under a committee's own address."""

from fastapi import APIRouter

from bot.web import asking, clock, live, mine, people, record, reviews, schedule, thread

router = APIRouter(include_in_schema=False)
for part in (thread, asking, reviews, mine, record, people, schedule, clock, live):
    router.include_router(part.router, prefix="/c/{committee}")
