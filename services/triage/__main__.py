"""python -m services.triage"""

from services.triage.app import create_app
from services.triage.settings import Settings
from shared.service import serve

if __name__ == "__main__":
    settings = Settings()
    serve(create_app(settings), settings)
