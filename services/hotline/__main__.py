"""python -m services.hotline"""

from services.hotline.app import create_app
from services.hotline.settings import Settings
from shared.service import serve

if __name__ == "__main__":
    settings = Settings()
    serve(create_app(settings), settings)
