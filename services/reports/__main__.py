"""python -m services.reports"""

from services.reports.app import create_app
from services.reports.settings import Settings
from shared.service import serve

if __name__ == "__main__":
    settings = Settings()
    serve(create_app(settings), settings)
