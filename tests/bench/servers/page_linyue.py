"""The product's whole server, its public list of matters with fifty rows a page. Settings come from the environment."""

import uvicorn

from linyue.base.frames import RoomSocket
from linyue.base.listen import PatientHttp, collect_seldom, listening_socket
from linyue.base.settings import read_settings
from linyue.matters import routes

if __name__ == "__main__":
    routes.PER_PAGE = 50
    settings = read_settings()
    config = uvicorn.Config(
        "linyue.app:make_app", factory=True, http=PatientHttp, ws=RoomSocket, access_log=False, log_config=None,
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    config.load()
    collect_seldom()  # as `linyue serve` does
    uvicorn.Server(config).run(sockets=[listening_socket(settings)])
