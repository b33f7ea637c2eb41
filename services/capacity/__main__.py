"""`python -m services.capacity`"""

from services.capacity.app import create_app
from services.capacity.settings import Settings
from shared.service import serve

if __name__ == "__main__":
    settings = Settings()
    serve(create_app(settings), settings)
